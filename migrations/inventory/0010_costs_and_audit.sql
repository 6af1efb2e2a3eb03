-- The last known cost of a unit, too, may be less than a cent: what it is beyond `last_cost_minor` whole minor units, in
-- millionths of one.
alter table stock add column last_cost_millionths integer not null default 0
  constraint stock_last_cost_millionths check (last_cost_millionths between 0 and 999999);

-- Where nothing is on hand, the movement that took the last units took all that they were worth.
update stock set last_cost_millionths = coalesce((
  select iif(m.value_minor / m.quantity = stock.last_cost_minor, m.value_minor % m.quantity * -1000000 / -m.quantity, 0)
  from movements m
  where m.seq = (select max(l.seq) from movements l where l.sku = stock.sku and l.warehouse_id = stock.warehouse_id)
    and m.quantity < 0), 0)
where on_hand = 0 and last_cost_minor is not null;

drop trigger movements_apply;
create trigger movements_apply after insert on movements
begin
  update stock
  set on_hand = on_hand + new.quantity,
      value_minor = value_minor + new.value_minor,
      last_cost_minor = iif(on_hand + new.quantity > 0,
        (value_minor + new.value_minor) / (on_hand + new.quantity), last_cost_minor),
      last_cost_millionths = iif(on_hand + new.quantity > 0,
        (value_minor + new.value_minor) % (on_hand + new.quantity) * 1000000 / (on_hand + new.quantity), last_cost_millionths)
  where warehouse_id = new.warehouse_id and sku = new.sku;
  update stock_totals set units = units + new.quantity, value_minor = value_minor + new.value_minor
  where place = new.warehouse_id;
end;

-- The audit trail also has the time zone of a shop, reorder points, and who adjusted and moved stock. What the services
-- themselves do with stock has its order or refund.
drop trigger warehouses_audited_insert;
drop trigger warehouses_audited_update;

create trigger warehouses_audited_insert after insert on warehouses
begin
  insert into audit_trail (at, actor, role, request_id, kind, subject, before, after)
  select coalesce(a.at, strftime('%Y-%m-%dT%H:%M:%fZ', 'now')), coalesce(a.actor, 'system'), coalesce(a.role, 'system'),
    a.request_id, 'warehouse', new.id, null, json_object('code', new.code, 'name', new.name, 'region', new.region, 'time_zone', new.time_zone)
  from (select 1) left join audit_actor a on a.id = 1;
end;

create trigger warehouses_audited_update after update on warehouses
when new.code is not old.code or new.name is not old.name or new.region is not old.region or new.time_zone is not old.time_zone
begin
  insert into audit_trail (at, actor, role, request_id, kind, subject, before, after)
  select coalesce(a.at, strftime('%Y-%m-%dT%H:%M:%fZ', 'now')), coalesce(a.actor, 'system'), coalesce(a.role, 'system'),
    a.request_id, 'warehouse', new.id, json_object('code', old.code, 'name', old.name, 'region', old.region, 'time_zone', old.time_zone), json_object('code', new.code, 'name', new.name, 'region', new.region, 'time_zone', new.time_zone)
  from (select 1) left join audit_actor a on a.id = 1;
end;

create trigger stock_audited_reorder_point after update of reorder_point on stock
when new.reorder_point <> old.reorder_point
begin
  insert into audit_trail (at, actor, role, request_id, kind, subject, before, after)
  select coalesce(a.at, strftime('%Y-%m-%dT%H:%M:%fZ', 'now')), coalesce(a.actor, 'system'), coalesce(a.role, 'system'),
    a.request_id, 'reorder-point', new.warehouse_id || ' ' || new.sku, json_object('reorder_point', old.reorder_point), json_object('reorder_point', new.reorder_point)
  from (select 1) left join audit_actor a on a.id = 1;
end;

create trigger stock_audited_first_reorder_point after insert on stock
when new.reorder_point <> 0
begin
  insert into audit_trail (at, actor, role, request_id, kind, subject, before, after)
  select coalesce(a.at, strftime('%Y-%m-%dT%H:%M:%fZ', 'now')), coalesce(a.actor, 'system'), coalesce(a.role, 'system'),
    a.request_id, 'reorder-point', new.warehouse_id || ' ' || new.sku, null, json_object('reorder_point', new.reorder_point)
  from (select 1) left join audit_actor a on a.id = 1;
end;

create trigger stock_operations_audited after insert on stock_operations
when new.kind in ('Adjustment', 'Transfer')
begin
  insert into audit_trail (at, actor, role, request_id, kind, subject, before, after)
  select a.at, a.actor, a.role,
    a.request_id, 'stock', new.id, null, json_object('kind', new.kind, 'warehouse_id', new.warehouse_id, 'request', new.request)
  from audit_actor a;
end;

create trigger transfers_audited_insert after insert on transfers
begin
  insert into audit_trail (at, actor, role, request_id, kind, subject, before, after)
  select a.at, a.actor, a.role,
    a.request_id, 'transfer', new.id, null, json_object('from_warehouse_id', new.from_warehouse_id, 'to_warehouse_id', new.to_warehouse_id, 'status', new.status)
  from audit_actor a;
end;
