-- What goes back: refunds of orders, credit notes without one, and the prints of receipts.

-- A change of a customer names the version it was made from: a stale one is refused. Credit moves
-- without a new version.
create trigger customers_version before update of version on customers
when new.version <> old.version + 1
begin
  select raise(abort, 'rule:customers_version');
end;

-- A refund, or a credit note when order_id is null. It is recorded before anything moves: from then on
-- it counts against what can be refunded.
create table refunds (
  id text not null primary key,
  order_id text references orders (id),
  sales_channel text not null constraint refunds_sales_channel check (sales_channel in ('RetailWeb', 'WholesaleWeb', 'POS')),
  customer_id text,
  warehouse_id text not null references warehouses (id),
  currency text not null,
  subtotal_minor integer not null,
  tax_minor integer not null,
  total_minor integer not null constraint refunds_total check (total_minor between 0 and 9007199254740991),
  restock integer not null constraint refunds_restock check (restock in (0, 1)),
  reason text not null,
  status text not null constraint refunds_status_known check (status in ('Pending', 'Restocked', 'Completed')),
  refunded_by text not null,
  -- The request as JSON: the same id or key with other content is another refund.
  request text not null,
  -- Caller and idempotency key: a repetition finds what the first attempt recorded before it stopped.
  request_key text constraint refunds_request_key unique,
  created_at text not null,
  updated_at text not null,
  constraint refunds_sum check (subtotal_minor + tax_minor = total_minor)
) strict;
create index refunds_by_order on refunds (order_id, id) where order_id is not null;
create index refunds_credit_notes on refunds (id) where order_id is null;
create index refunds_unfinished on refunds (updated_at) where status <> 'Completed';

create trigger refunds_order_completed before insert on refunds
when new.order_id is not null and (select status from orders where id = new.order_id) <> 'Completed'
begin
  select raise(abort, 'rule:refunds_order_completed');
end;

-- The order counts what went back; its rule orders_refunded refuses more than was paid.
create trigger refunds_count after insert on refunds
when new.order_id is not null
begin
  update orders set refunded_minor = refunded_minor + new.total_minor, version = version + 1, updated_at = new.created_at
  where id = new.order_id;
end;

create trigger refunds_status before update of status on refunds
when not ((old.status = 'Pending' and new.status in ('Restocked', 'Completed')) or (old.status = 'Restocked' and new.status = 'Completed'))
begin
  select raise(abort, 'rule:refunds_status:' || old.status);
end;

create trigger refunds_no_update before update of id, order_id, sales_channel, customer_id, warehouse_id, currency, subtotal_minor,
  tax_minor, total_minor, restock, reason, refunded_by, request, request_key, created_at on refunds
begin
  select raise(abort, 'rule:refunds_append_only');
end;

create trigger refunds_no_delete before delete on refunds
begin
  select raise(abort, 'rule:refunds_append_only');
end;

-- What came back. quantity_before is what was refunded of the order's line before: two refunds that
-- believed the same cannot both be recorded, so the parts of a line always sum to the line.
create table refund_lines (
  refund_id text not null references refunds (id),
  line integer not null,
  order_id text,
  order_line integer,
  quantity_before integer,
  sku text not null,
  name text not null,
  kind text not null constraint refund_lines_kind check (kind in ('Goods', 'Shipping', 'Fee', 'Discount')),
  quantity integer not null constraint refund_lines_quantity_range check (quantity between 1 and 1000000),
  line_total_minor integer not null,
  tax_minor integer not null,
  restock integer not null constraint refund_lines_restock check (restock = 0 or (restock = 1 and kind = 'Goods')),
  -- What the goods added to the stock's value; null until inventory has said it.
  cost_minor integer,
  primary key (refund_id, line),
  constraint refund_lines_order check ((order_line is null) = (quantity_before is null) and (order_line is null or order_id is not null))
) strict, without rowid;
create index refund_lines_by_order_line on refund_lines (order_id, order_line) where order_line is not null;

create trigger refund_lines_stale before insert on refund_lines
when new.order_line is not null and new.quantity_before <> (
  select coalesce(sum(quantity), 0) from refund_lines where order_id = new.order_id and order_line = new.order_line)
begin
  select raise(abort, 'rule:refund_lines_stale');
end;

create trigger refund_lines_quantity before insert on refund_lines
when new.order_line is not null and new.quantity_before + new.quantity > coalesce(
  (select quantity from order_lines where order_id = new.order_id and line = new.order_line), 0)
begin
  select raise(abort, 'rule:refund_lines_quantity:' || new.sku);
end;

create trigger refund_lines_no_update before update of refund_id, line, order_id, order_line, quantity_before, sku, name, kind,
  quantity, line_total_minor, tax_minor, restock on refund_lines
begin
  select raise(abort, 'rule:refund_lines_append_only');
end;

create trigger refund_lines_no_delete before delete on refund_lines
begin
  select raise(abort, 'rule:refund_lines_append_only');
end;

-- The money that goes back, part by part. A card that refuses is paid back by bank transfer, and the
-- part says why.
create table refund_payments (
  refund_id text not null references refunds (id),
  part integer not null,
  payment_id text references payments (id),
  method text not null constraint refund_payments_method
    check (method in ('Cash', 'CardTerminal', 'Card', 'BankTransfer', 'PurchaseOrder')),
  amount_minor integer not null constraint refund_payments_amount check (amount_minor between 1 and 9007199254740991),
  status text not null constraint refund_payments_status check (status in ('Pending', 'Refunded')),
  note text,
  updated_at text not null,
  primary key (refund_id, part)
) strict, without rowid;
create index refund_payments_by_payment on refund_payments (payment_id) where payment_id is not null;

create trigger refund_payments_captured before insert on refund_payments
when new.payment_id is not null and new.amount_minor + (
  select coalesce(sum(amount_minor), 0) from refund_payments where payment_id = new.payment_id
) > coalesce((select amount_minor from payments where id = new.payment_id and status = 'Captured'), 0)
begin
  select raise(abort, 'rule:refund_payments_captured');
end;

create trigger refund_payments_final before update on refund_payments
when old.status = 'Refunded' or new.amount_minor <> old.amount_minor
begin
  select raise(abort, 'rule:refund_payments_final');
end;

create trigger refund_payments_no_delete before delete on refund_payments
begin
  select raise(abort, 'rule:refund_payments_append_only');
end;

-- Each print of a receipt: the first is the original, later ones are marked as copies.
create table receipts (
  order_id text not null references orders (id),
  print integer not null constraint receipts_print check (print >= 1),
  format text not null,
  printed_by text not null,
  printed_at text not null,
  primary key (order_id, print)
) strict, without rowid;

create trigger receipts_no_update before update on receipts
begin
  select raise(abort, 'rule:receipts_append_only');
end;

create trigger receipts_no_delete before delete on receipts
begin
  select raise(abort, 'rule:receipts_append_only');
end;

-- The test payment provider's own books of what it gave back, keyed by refund and part.
create table test_provider_refunds (
  id text not null primary key,
  payment_id text not null,
  amount_minor integer not null,
  status text not null,
  reason text,
  created_at text not null
) strict;
