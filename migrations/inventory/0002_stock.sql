-- Warehouses, what they hold, and every movement of it.

create table warehouses (
  id text not null primary key,
  code text not null constraint warehouses_code unique,
  name text not null,
  region text not null,
  created_at text not null,
  version integer not null default 1
) strict;

-- What the catalogue says exists: every item has a stock row in every warehouse.
create table items (
  sku text not null primary key,
  product_id text not null,
  name text not null,
  deleted_at text
) strict;
create index items_by_product on items (product_id);

-- On hand and its value at cost, in minor units. The moving-average cost is value / on_hand.
-- Only the trigger on movements changes these two.
create table stock (
  warehouse_id text not null references warehouses (id),
  sku text not null references items (sku),
  on_hand integer not null default 0 constraint stock_on_hand check (on_hand between 0 and 1000000000),
  value_minor integer not null default 0 constraint stock_value check (value_minor between 0 and 9007199254740991),
  reorder_point integer not null default 0 constraint stock_reorder_point check (reorder_point >= 0),
  primary key (warehouse_id, sku),
  constraint stock_nothing_is_worth_nothing check (on_hand > 0 or value_minor = 0)
) strict, without rowid;
create index stock_by_sku on stock (sku, warehouse_id);
create index stock_low on stock (warehouse_id, sku) where on_hand <= reorder_point;

-- One deduction per order, one restock per refund, one row per adjustment: what makes a repeated
-- call the same call.
create table stock_operations (
  id text not null primary key,
  kind text not null constraint stock_operations_kind check (kind in ('Deduction', 'Restock', 'Adjustment', 'Transfer')),
  warehouse_id text not null,
  request text not null,
  created_at text not null
) strict;

-- Every change of stock, append-only. id is '<operation>:<sku>', with a suffix for a variance.
create table movements (
  id text not null primary key,
  operation_id text not null references stock_operations (id),
  warehouse_id text not null,
  sku text not null,
  kind text not null constraint movements_kind
    check (kind in ('Sale', 'Return', 'Adjustment', 'Receipt', 'Variance', 'TransferOut', 'TransferIn')),
  quantity integer not null constraint movements_quantity check (quantity <> 0),
  value_minor integer not null,
  reason text,
  needs_review integer not null default 0,
  occurred_at text not null
) strict;
create index movements_by_operation on movements (operation_id);
create index movements_by_sku on movements (sku, warehouse_id, id);
create index movements_by_time on movements (occurred_at, id);
create index movements_to_review on movements (occurred_at, id) where needs_review = 1;

create trigger movements_stock before insert on movements
when not exists (select 1 from stock where warehouse_id = new.warehouse_id and sku = new.sku)
begin
  select raise(abort, 'rule:movements_stock');
end;

create trigger movements_apply after insert on movements
begin
  update stock set on_hand = on_hand + new.quantity, value_minor = value_minor + new.value_minor
  where warehouse_id = new.warehouse_id and sku = new.sku;
end;

create trigger movements_no_update before update of id, operation_id, warehouse_id, sku, kind, quantity, value_minor on movements
begin
  select raise(abort, 'rule:movements_append_only');
end;

create trigger movements_no_delete before delete on movements
begin
  select raise(abort, 'rule:movements_append_only');
end;
