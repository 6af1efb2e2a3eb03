-- A unit may cost less than a cent: what it costs beyond `cost_minor` whole minor units, in millionths of one. Costs from
-- before are whole.
alter table variants add column cost_millionths integer not null default 0
  constraint variants_cost_millionths check (cost_millionths between 0 and 999999)
  constraint variants_cost_whole check (cost_millionths = 0 or cost_minor is not null);

drop trigger variants_audited_insert;
drop trigger variants_audited_update;

create trigger variants_audited_insert after insert on variants
begin
  insert into audit_trail (at, actor, role, request_id, kind, subject, before, after)
  select coalesce(a.at, strftime('%Y-%m-%dT%H:%M:%fZ', 'now')), coalesce(a.actor, 'system'), coalesce(a.role, 'system'),
    a.request_id, 'variant', new.sku, null, json_object('product_id', new.product_id, 'name', new.name, 'barcode', new.barcode, 'price_minor', new.price_minor, 'cost_minor', new.cost_minor, 'cost_millionths', new.cost_millionths, 'minimum_quantity', new.minimum_quantity, 'deleted_at', new.deleted_at)
  from (select 1) left join audit_actor a on a.id = 1;
end;

create trigger variants_audited_update after update on variants
when new.product_id is not old.product_id or new.name is not old.name or new.barcode is not old.barcode or new.price_minor is not old.price_minor or new.cost_minor is not old.cost_minor or new.cost_millionths is not old.cost_millionths or new.minimum_quantity is not old.minimum_quantity or new.deleted_at is not old.deleted_at
begin
  insert into audit_trail (at, actor, role, request_id, kind, subject, before, after)
  select coalesce(a.at, strftime('%Y-%m-%dT%H:%M:%fZ', 'now')), coalesce(a.actor, 'system'), coalesce(a.role, 'system'),
    a.request_id, 'variant', new.sku, json_object('product_id', old.product_id, 'name', old.name, 'barcode', old.barcode, 'price_minor', old.price_minor, 'cost_minor', old.cost_minor, 'cost_millionths', old.cost_millionths, 'minimum_quantity', old.minimum_quantity, 'deleted_at', old.deleted_at), json_object('product_id', new.product_id, 'name', new.name, 'barcode', new.barcode, 'price_minor', new.price_minor, 'cost_minor', new.cost_minor, 'cost_millionths', new.cost_millionths, 'minimum_quantity', new.minimum_quantity, 'deleted_at', new.deleted_at)
  from (select 1) left join audit_actor a on a.id = 1;
end;

create trigger categories_audited_insert after insert on categories
begin
  insert into audit_trail (at, actor, role, request_id, kind, subject, before, after)
  select coalesce(a.at, strftime('%Y-%m-%dT%H:%M:%fZ', 'now')), coalesce(a.actor, 'system'), coalesce(a.role, 'system'),
    a.request_id, 'category', new.slug, null, json_object('name', new.name, 'slug', new.slug, 'parent', new.parent)
  from (select 1) left join audit_actor a on a.id = 1;
end;

create trigger categories_audited_update after update on categories
when new.name is not old.name or new.slug is not old.slug or new.parent is not old.parent
begin
  insert into audit_trail (at, actor, role, request_id, kind, subject, before, after)
  select coalesce(a.at, strftime('%Y-%m-%dT%H:%M:%fZ', 'now')), coalesce(a.actor, 'system'), coalesce(a.role, 'system'),
    a.request_id, 'category', new.slug, json_object('name', old.name, 'slug', old.slug, 'parent', old.parent), json_object('name', new.name, 'slug', new.slug, 'parent', new.parent)
  from (select 1) left join audit_actor a on a.id = 1;
end;

create trigger categories_audited_delete after delete on categories
begin
  insert into audit_trail (at, actor, role, request_id, kind, subject, before, after)
  select coalesce(a.at, strftime('%Y-%m-%dT%H:%M:%fZ', 'now')), coalesce(a.actor, 'system'), coalesce(a.role, 'system'),
    a.request_id, 'category', old.slug, json_object('name', old.name, 'slug', old.slug, 'parent', old.parent), null
  from (select 1) left join audit_actor a on a.id = 1;
end;

-- A UPC-E is the GTIN of 12 digits that it shortens, unless another variant has that already. Eight digits that begin with
-- 0 were read as a GTIN-8 until now.
update variants set barcode_key = short.gtin from (
  select sku, '00' || body || substr(code, 8, 1) as gtin from (
    select sku, code, '0' || case
      when substr(code, 7, 1) < '3' then substr(code, 2, 2) || substr(code, 7, 1) || '0000' || substr(code, 4, 3)
      when substr(code, 7, 1) = '3' and substr(code, 4, 1) > '2' then substr(code, 2, 3) || '00000' || substr(code, 5, 2)
      when substr(code, 7, 1) = '4' and substr(code, 5, 1) > '0' then substr(code, 2, 4) || '00000' || substr(code, 6, 1)
      when substr(code, 7, 1) > '4' and substr(code, 6, 1) > '0' then substr(code, 2, 5) || '0000' || substr(code, 7, 1)
    end as body
    from (select sku, substr(barcode_key, 7) as code from variants
      where barcode_key glob '0000000*' and length(replace(replace(barcode, '-', ''), ' ', '')) = 8))
  where (3 * (substr(body, 1, 1) + substr(body, 3, 1) + substr(body, 5, 1) + substr(body, 7, 1) + substr(body, 9, 1) + substr(body, 11, 1))
    + substr(body, 2, 1) + substr(body, 4, 1) + substr(body, 6, 1) + substr(body, 8, 1) + substr(body, 10, 1)
    + substr(code, 8, 1)) % 10 = 0) as short
where short.sku = variants.sku and not exists (select 1 from variants o where o.barcode_key = short.gtin);
