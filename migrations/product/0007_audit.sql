-- Who changed what: one row for each change of what prices, rights and rules follow from, with what it was before and
-- what it is now. Triggers write it, in the batch of the change, whoever makes it; nobody changes it.

-- Whose batch it is: one row, written at the start of a batch and deleted at its end. Without it the change is the
-- system's own: a message, a sweep, a person at the database.
create table audit_actor (
  id integer not null primary key constraint audit_actor_one check (id = 1),
  at text not null,
  actor text not null,
  role text not null,
  request_id text not null
) strict;

create table audit_trail (
  seq integer primary key autoincrement,
  at text not null,
  -- A user's id, or `system`.
  actor text not null,
  role text not null,
  request_id text,
  kind text not null,
  subject text not null,
  -- JSON objects; null before the first and after the last.
  before text constraint audit_trail_before check (before is null or json_valid(before)),
  after text constraint audit_trail_after check (after is null or json_valid(after))
) strict;
create index audit_trail_by_subject on audit_trail (subject, seq);

create trigger audit_trail_no_update before update on audit_trail
begin
  select raise(abort, 'rule:audit_trail_append_only');
end;

create trigger audit_trail_no_delete before delete on audit_trail
begin
  select raise(abort, 'rule:audit_trail_append_only');
end;

create trigger products_audited_insert after insert on products
begin
  insert into audit_trail (at, actor, role, request_id, kind, subject, before, after)
  select coalesce(a.at, strftime('%Y-%m-%dT%H:%M:%fZ', 'now')), coalesce(a.actor, 'system'), coalesce(a.role, 'system'),
    a.request_id, 'product', new.id, null, json_object('name', new.name, 'handle', new.handle, 'category', new.category, 'brand', new.brand, 'status', new.status, 'tax_class', new.tax_class, 'deleted_at', new.deleted_at)
  from (select 1) left join audit_actor a on a.id = 1;
end;

create trigger products_audited_update after update on products
when new.name is not old.name or new.handle is not old.handle or new.category is not old.category or new.brand is not old.brand or new.status is not old.status or new.tax_class is not old.tax_class or new.deleted_at is not old.deleted_at
begin
  insert into audit_trail (at, actor, role, request_id, kind, subject, before, after)
  select coalesce(a.at, strftime('%Y-%m-%dT%H:%M:%fZ', 'now')), coalesce(a.actor, 'system'), coalesce(a.role, 'system'),
    a.request_id, 'product', new.id, json_object('name', old.name, 'handle', old.handle, 'category', old.category, 'brand', old.brand, 'status', old.status, 'tax_class', old.tax_class, 'deleted_at', old.deleted_at), json_object('name', new.name, 'handle', new.handle, 'category', new.category, 'brand', new.brand, 'status', new.status, 'tax_class', new.tax_class, 'deleted_at', new.deleted_at)
  from (select 1) left join audit_actor a on a.id = 1;
end;

create trigger variants_audited_insert after insert on variants
begin
  insert into audit_trail (at, actor, role, request_id, kind, subject, before, after)
  select coalesce(a.at, strftime('%Y-%m-%dT%H:%M:%fZ', 'now')), coalesce(a.actor, 'system'), coalesce(a.role, 'system'),
    a.request_id, 'variant', new.sku, null, json_object('product_id', new.product_id, 'name', new.name, 'barcode', new.barcode, 'price_minor', new.price_minor, 'cost_minor', new.cost_minor, 'minimum_quantity', new.minimum_quantity, 'deleted_at', new.deleted_at)
  from (select 1) left join audit_actor a on a.id = 1;
end;

create trigger variants_audited_update after update on variants
when new.product_id is not old.product_id or new.name is not old.name or new.barcode is not old.barcode or new.price_minor is not old.price_minor or new.cost_minor is not old.cost_minor or new.minimum_quantity is not old.minimum_quantity or new.deleted_at is not old.deleted_at
begin
  insert into audit_trail (at, actor, role, request_id, kind, subject, before, after)
  select coalesce(a.at, strftime('%Y-%m-%dT%H:%M:%fZ', 'now')), coalesce(a.actor, 'system'), coalesce(a.role, 'system'),
    a.request_id, 'variant', new.sku, json_object('product_id', old.product_id, 'name', old.name, 'barcode', old.barcode, 'price_minor', old.price_minor, 'cost_minor', old.cost_minor, 'minimum_quantity', old.minimum_quantity, 'deleted_at', old.deleted_at), json_object('product_id', new.product_id, 'name', new.name, 'barcode', new.barcode, 'price_minor', new.price_minor, 'cost_minor', new.cost_minor, 'minimum_quantity', new.minimum_quantity, 'deleted_at', new.deleted_at)
  from (select 1) left join audit_actor a on a.id = 1;
end;

create trigger price_tiers_audited_insert after insert on price_tiers
begin
  insert into audit_trail (at, actor, role, request_id, kind, subject, before, after)
  select coalesce(a.at, strftime('%Y-%m-%dT%H:%M:%fZ', 'now')), coalesce(a.actor, 'system'), coalesce(a.role, 'system'),
    a.request_id, 'price-tier', new.sku, null, json_object('minimum_quantity', new.minimum_quantity, 'unit_price_minor', new.unit_price_minor)
  from (select 1) left join audit_actor a on a.id = 1;
end;

create trigger price_tiers_audited_update after update on price_tiers
when new.minimum_quantity is not old.minimum_quantity or new.unit_price_minor is not old.unit_price_minor
begin
  insert into audit_trail (at, actor, role, request_id, kind, subject, before, after)
  select coalesce(a.at, strftime('%Y-%m-%dT%H:%M:%fZ', 'now')), coalesce(a.actor, 'system'), coalesce(a.role, 'system'),
    a.request_id, 'price-tier', new.sku, json_object('minimum_quantity', old.minimum_quantity, 'unit_price_minor', old.unit_price_minor), json_object('minimum_quantity', new.minimum_quantity, 'unit_price_minor', new.unit_price_minor)
  from (select 1) left join audit_actor a on a.id = 1;
end;

create trigger price_tiers_audited_delete after delete on price_tiers
begin
  insert into audit_trail (at, actor, role, request_id, kind, subject, before, after)
  select coalesce(a.at, strftime('%Y-%m-%dT%H:%M:%fZ', 'now')), coalesce(a.actor, 'system'), coalesce(a.role, 'system'),
    a.request_id, 'price-tier', old.sku, json_object('minimum_quantity', old.minimum_quantity, 'unit_price_minor', old.unit_price_minor), null
  from (select 1) left join audit_actor a on a.id = 1;
end;
