-- Warehouses, what they hold, and every movement of it.

create table warehouses (
  id text not null primary key,
  code text not null constraint warehouses_code unique,
  name text not null,
  region text not null,
  created_at text not null,
  version integer not null default 1
) strict;

-- Every item has a row in every warehouse, and the running totals are one row each: so there is a most.
create trigger warehouses_count before insert on warehouses
when (select count(*) from warehouses) >= 1000
begin
  select raise(abort, 'rule:warehouses_count');
end;

-- Optimistic concurrency: a change names the version it was made from.
create trigger warehouses_version before update on warehouses
when new.version <> old.version + 1 or new.id <> old.id
begin
  select raise(abort, 'rule:warehouses_version');
end;

-- What the catalogue says exists: every item has a stock row in every warehouse. changed_at is the time of
-- the catalogue's last word on it, so that a message that comes late changes nothing.
create table items (
  sku text not null primary key,
  product_id text not null,
  name text not null,
  changed_at text not null,
  deleted_at text
) strict;
create index items_by_product on items (product_id);

-- Running totals per warehouse, and one row 'transit' for what is on its way between them. Only the triggers
-- on movements and stock change them.
create table stock_totals (
  place text not null primary key,
  units integer not null default 0 constraint stock_totals_units check (units >= 0),
  value_minor integer not null default 0 constraint stock_totals_value check (value_minor between 0 and 9007199254740991),
  low_stock integer not null default 0 constraint stock_totals_low_stock check (low_stock >= 0),
  out_of_stock integer not null default 0 constraint stock_totals_out_of_stock check (out_of_stock >= 0)
) strict, without rowid;
insert into stock_totals (place) values ('transit');

create trigger warehouses_totals after insert on warehouses
begin
  insert into stock_totals (place) values (new.id);
end;

-- The whole valuation stays an exact amount too. With at most a thousand warehouses it can only break the
-- bound when one place alone has a thousandth of it, so that the sum is rarely taken.
create trigger stock_totals_value_sum after update of value_minor on stock_totals
when new.value_minor > 8900000000000 and (select sum(value_minor) from stock_totals) > 9007199254740991
begin
  select raise(abort, 'rule:stock_totals_value');
end;

-- On hand and its value at cost, in minor units. The moving-average cost is value / on_hand; the last one
-- known is kept, for goods that turn up when nothing is on hand; none means that the SKU was never here.
-- Only the trigger on movements changes these three.
-- alert: 0 nothing, 1 at or below the reorder point, 2 out of stock. What was never here and has no reorder
-- point, or is gone from the catalogue, is no alert.
create table stock (
  warehouse_id text not null references warehouses (id),
  sku text not null references items (sku),
  on_hand integer not null default 0
    constraint stock_on_hand check (on_hand >= 0)
    constraint stock_on_hand_most check (on_hand <= 1000000000),
  value_minor integer not null default 0 constraint stock_value check (value_minor between 0 and 9007199254740991),
  last_cost_minor integer,
  reorder_point integer not null default 0 constraint stock_reorder_point check (reorder_point between 0 and 1000000000),
  discontinued integer not null default 0 constraint stock_discontinued check (discontinued in (0, 1)),
  alert integer not null generated always as (case
    when on_hand > reorder_point or discontinued = 1 or (last_cost_minor is null and reorder_point = 0) then 0
    when on_hand = 0 then 2
    else 1 end) virtual,
  primary key (warehouse_id, sku),
  constraint stock_nothing_is_worth_nothing check (on_hand > 0 or value_minor = 0)
) strict, without rowid;
create index stock_by_sku on stock (sku, warehouse_id);
create index stock_alerts on stock (warehouse_id, sku) where alert > 0;

create trigger stock_no_delete before delete on stock
begin
  select raise(abort, 'rule:stock_no_delete');
end;

create trigger stock_count_alerts after update on stock
when new.alert <> old.alert
begin
  update stock_totals
  set low_stock = low_stock + (new.alert > 0) - (old.alert > 0),
      out_of_stock = out_of_stock + (new.alert = 2) - (old.alert = 2)
  where place = new.warehouse_id;
end;

create trigger items_discontinued after update of deleted_at on items
when (new.deleted_at is null) <> (old.deleted_at is null)
begin
  update stock set discontinued = (new.deleted_at is not null) where sku = new.sku;
end;

-- One deduction per order, one restock per refund, one row per adjustment and per step of a transfer: what
-- makes a repeated call the same call. answer is what the first call was told; it is written once, in the
-- batch of the movements, which alone knows their values.
create table stock_operations (
  id text not null primary key,
  kind text not null constraint stock_operations_kind check (kind in ('Deduction', 'Restock', 'Adjustment', 'Transfer')),
  warehouse_id text not null,
  request text not null,
  created_at text not null,
  answer text
) strict;

-- A REPLACE would delete the old row without its delete trigger.
create trigger stock_operations_no_replace before insert on stock_operations
when exists (select 1 from stock_operations where id = new.id)
begin
  select raise(abort, 'rule:stock_operations.id');
end;

create trigger stock_operations_no_update before update on stock_operations
when old.answer is not null or new.answer is null or new.id <> old.id or new.kind <> old.kind or new.request <> old.request
begin
  select raise(abort, 'rule:stock_operations_append_only');
end;

create trigger stock_operations_no_delete before delete on stock_operations
begin
  select raise(abort, 'rule:stock_operations_append_only');
end;

-- Orders that were refused because there was too little, with what they were told. They have ended on that, so
-- it stays the answer whatever arrives later: a request that was only slow must find nothing. Goods that have
-- left already (a sale made offline) are taken all the same; overruled_at says when.
create table stock_refusals (
  order_id text not null primary key,
  request text not null,
  answer text not null constraint stock_refusals_short check (instr(answer, '"available":false') > 0),
  created_at text not null,
  overruled_at text
) strict;

create trigger stock_operations_refused before insert on stock_operations
when new.kind = 'Deduction'
  and exists (select 1 from stock_refusals where order_id = new.id and overruled_at is null)
begin
  select raise(abort, 'rule:stock_operations_refused');
end;

-- An order whose goods are taken is not refused any more.
create trigger stock_refusals_taken before insert on stock_refusals
when exists (select 1 from stock_operations where id = new.order_id)
begin
  select raise(abort, 'rule:stock_refusals_taken');
end;

-- A REPLACE would delete the old row without its delete trigger.
create trigger stock_refusals_no_replace before insert on stock_refusals
when exists (select 1 from stock_refusals where order_id = new.order_id)
begin
  select raise(abort, 'rule:stock_refusals.order_id');
end;

create trigger stock_refusals_no_update before update on stock_refusals
when old.overruled_at is not null or new.overruled_at is null or new.order_id <> old.order_id
  or new.request <> old.request or new.answer <> old.answer or new.created_at <> old.created_at
begin
  select raise(abort, 'rule:stock_refusals_append_only');
end;

create trigger stock_refusals_no_delete before delete on stock_refusals
begin
  select raise(abort, 'rule:stock_refusals_append_only');
end;

-- Every change of stock, append-only. id is '<operation>:<sku>', with the suffix ':variance' for units that
-- had left before they were known to be there. seq is the order in which they happened.
create table movements (
  seq integer primary key,
  id text not null constraint movements_id unique,
  operation_id text not null references stock_operations (id),
  warehouse_id text not null,
  sku text not null,
  kind text not null constraint movements_kind
    check (kind in ('Sale', 'Return', 'Adjustment', 'Receipt', 'Variance', 'TransferOut', 'TransferIn')),
  quantity integer not null constraint movements_quantity check (quantity <> 0),
  value_minor integer not null,
  reason text,
  needs_review integer not null default 0 constraint movements_needs_review check (needs_review in (0, 1)),
  review_note text,
  reviewed_by text,
  reviewed_at text,
  occurred_at text not null,
  constraint movements_value check ((quantity > 0 and value_minor >= 0) or (quantity < 0 and value_minor <= 0))
) strict;
create index movements_by_operation on movements (operation_id, sku);
create index movements_by_warehouse on movements (warehouse_id);
create index movements_by_sku on movements (sku);
create index movements_by_sku_and_warehouse on movements (sku, warehouse_id);
create index movements_to_review on movements (needs_review) where needs_review = 1;

create trigger movements_stock before insert on movements
when not exists (select 1 from stock where warehouse_id = new.warehouse_id and sku = new.sku)
begin
  select raise(abort, 'rule:movements_stock');
end;

-- A REPLACE would delete the old row without its delete trigger.
create trigger movements_no_replace before insert on movements
when exists (select 1 from movements where id = new.id) or exists (select 1 from movements where seq = new.seq)
begin
  select raise(abort, 'rule:movements_append_only');
end;

create trigger movements_apply after insert on movements
begin
  update stock
  set on_hand = on_hand + new.quantity,
      value_minor = value_minor + new.value_minor,
      last_cost_minor = iif(on_hand + new.quantity > 0,
        (value_minor + new.value_minor) / (on_hand + new.quantity), last_cost_minor)
  where warehouse_id = new.warehouse_id and sku = new.sku;
  update stock_totals set units = units + new.quantity, value_minor = value_minor + new.value_minor
  where place = new.warehouse_id;
end;

-- What leaves one warehouse for another is on its way until it arrives.
create trigger movements_transit after insert on movements
when new.kind in ('TransferOut', 'TransferIn')
begin
  update stock_totals set units = units - new.quantity, value_minor = value_minor - new.value_minor
  where place = 'transit';
end;

create trigger movements_no_update
before update of seq, id, operation_id, warehouse_id, sku, kind, quantity, value_minor, reason, occurred_at on movements
begin
  select raise(abort, 'rule:movements_append_only');
end;

-- A variance is reviewed once, with a note of who and when.
create trigger movements_review before update of needs_review, review_note, reviewed_by, reviewed_at on movements
when old.needs_review <> 1 or new.needs_review <> 0 or new.review_note is null or new.reviewed_by is null
  or new.reviewed_at is null
begin
  select raise(abort, 'rule:movements_review');
end;

create trigger movements_no_delete before delete on movements
begin
  select raise(abort, 'rule:movements_append_only');
end;

-- Goods on their way from one warehouse to another: Draft, then Shipped, then Received, never back.
create table transfers (
  id text not null primary key,
  from_warehouse_id text not null,
  to_warehouse_id text not null,
  status text not null constraint transfers_status_known check (status in ('Draft', 'Shipped', 'Received')),
  note text,
  created_at text not null,
  shipped_at text,
  received_at text,
  constraint transfers_two_warehouses check (from_warehouse_id <> to_warehouse_id),
  constraint transfers_times check (
    (status <> 'Draft') = (shipped_at is not null) and (status = 'Received') = (received_at is not null))
) strict;
create index transfers_by_time on transfers (created_at, id);
create index transfers_by_status on transfers (status, created_at, id);

create table transfer_lines (
  transfer_id text not null references transfers (id),
  sku text not null,
  line integer not null,
  quantity integer not null constraint transfer_lines_quantity check (quantity between 1 and 1000000),
  primary key (transfer_id, sku)
) strict, without rowid;

-- Both warehouses keep the SKU: so it can leave the one and arrive at the other.
create trigger transfer_lines_stock before insert on transfer_lines
when (select count(*) from transfers t join stock s on s.warehouse_id in (t.from_warehouse_id, t.to_warehouse_id)
      and s.sku = new.sku where t.id = new.transfer_id) < 2
begin
  select raise(abort, 'rule:transfer_lines_stock');
end;

create trigger transfers_status before update on transfers
when new.id <> old.id or new.from_warehouse_id <> old.from_warehouse_id or new.to_warehouse_id <> old.to_warehouse_id
  or not ((old.status = 'Draft' and new.status = 'Shipped') or (old.status = 'Shipped' and new.status = 'Received'))
begin
  select raise(abort, 'rule:transfers_status');
end;

create trigger transfers_no_delete before delete on transfers
begin
  select raise(abort, 'rule:transfers_no_delete');
end;

create trigger transfer_lines_draft before insert on transfer_lines
when (select status from transfers where id = new.transfer_id) <> 'Draft'
begin
  select raise(abort, 'rule:transfer_lines_draft');
end;

create trigger transfer_lines_no_update before update on transfer_lines
begin
  select raise(abort, 'rule:transfer_lines_append_only');
end;

create trigger transfer_lines_no_delete before delete on transfer_lines
begin
  select raise(abort, 'rule:transfer_lines_append_only');
end;
