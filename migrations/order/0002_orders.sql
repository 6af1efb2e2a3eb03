-- Customers and their credit, tax rates, orders of the three channels, their payments, tills.

-- Registered customers. A guest has no row: an order keeps the name and address it was placed with.
-- Only the trigger on credit_movements changes exposure_minor: what was accepted on account and is not paid yet.
create table customers (
  id text not null primary key,
  name text not null,
  email text not null,
  type text not null constraint customers_type check (type in ('Retail', 'Wholesale')),
  payment_terms text not null default 'Prepaid'
    constraint customers_payment_terms check (payment_terms in ('Prepaid', 'Net30', 'Net60')),
  currency text not null,
  credit_limit_minor integer not null default 0
    constraint customers_credit_limit_range check (credit_limit_minor between 0 and 9007199254740991),
  exposure_minor integer not null default 0
    constraint customers_exposure check (exposure_minor between 0 and 9007199254740991),
  created_at text not null,
  updated_at text not null,
  version integer not null default 1,
  constraint customers_credit_limit check (exposure_minor <= credit_limit_minor)
) strict;
create unique index customers_email on customers (email, type);
create index customers_by_type on customers (type, id);

-- What changed a customer's exposure, append-only: positive when an order is accepted on account,
-- negative when it is cancelled, paid or refunded. The id says what for, so each counts once:
-- 'order:<order>', 'cancel:<order>', 'settled:<order>', 'paid:<message>', 'refund:<refund>'.
create table credit_movements (
  id text not null primary key,
  customer_id text not null references customers (id),
  order_id text not null,
  amount_minor integer not null constraint credit_movements_amount check (amount_minor <> 0),
  created_at text not null
) strict;
create index credit_movements_by_order on credit_movements (order_id);

create trigger credit_movements_apply after insert on credit_movements
begin
  update customers set exposure_minor = exposure_minor + new.amount_minor where id = new.customer_id;
end;

create trigger credit_movements_no_update before update on credit_movements
begin
  select raise(abort, 'rule:credit_movements_append_only');
end;

create trigger credit_movements_no_delete before delete on credit_movements
begin
  select raise(abort, 'rule:credit_movements_append_only');
end;

-- Tax by region and class, in millionths: 82500 is 8.25 %. Inclusive: the price contains it.
create table tax_rates (
  region text not null,
  tax_class text not null,
  name text not null,
  rate_ppm integer not null constraint tax_rates_rate check (rate_ppm between 0 and 1000000),
  inclusive integer not null default 0 constraint tax_rates_inclusive check (inclusive in (0, 1)),
  updated_at text not null,
  version integer not null default 1,
  primary key (region, tax_class)
) strict, without rowid;

-- What inventory says of its warehouses, kept here because every sale asks.
create table warehouses (
  id text not null primary key,
  code text not null,
  name text not null,
  region text not null,
  updated_at text not null
) strict;

-- An order of any channel. saga_step names the effect that a running checkout is about to cause or
-- has caused, null when none runs; saga_since since when.
create table orders (
  id text not null primary key,
  order_number text not null constraint orders_order_number unique,
  sales_channel text not null constraint orders_sales_channel check (sales_channel in ('RetailWeb', 'WholesaleWeb', 'POS')),
  status text not null constraint orders_status_known
    check (status in ('PendingPayment', 'PaymentConfirmed', 'Completed', 'Cancelled')),
  fulfilment text not null default 'Unfulfilled' constraint orders_fulfilment check (fulfilment in ('Unfulfilled', 'Fulfilled')),
  warehouse_id text not null references warehouses (id),
  -- Whose it is for a caller who sees only their own: a customer's id or a user's; null for a guest's.
  owner text,
  customer_id text,
  customer_email text,
  customer_name text,
  shipping_address text constraint orders_shipping_address check (shipping_address is null or json_valid(shipping_address)),
  currency text not null,
  subtotal_minor integer not null,
  discount_minor integer not null,
  tax_minor integer not null,
  total_minor integer not null constraint orders_total check (total_minor between 0 and 9007199254740991),
  refunded_minor integer not null default 0,
  payment_terms text,
  purchase_order_number text,
  terminal_id text,
  terminal_sequence integer,
  cashier_id text,
  sold_at text not null,
  offline integer not null default 0,
  -- Why a person should look at an accepted sale: a shortage, a price of the till's own.
  review_reason text,
  -- SHA-256 of the creating request: the same id with other content is another sale.
  request_hash text not null,
  saga_step text constraint orders_saga_step check (saga_step in ('Authorising', 'Deducting', 'Capturing', 'Voiding')),
  saga_since text,
  cancel_reason text,
  auto_cancelled integer not null default 0,
  cancelled_at text,
  -- The availability that inventory answered when it refused, as JSON: a repeated request hears it again.
  shortage text,
  created_at text not null,
  updated_at text not null,
  version integer not null default 1,
  constraint orders_refunded check (refunded_minor between 0 and total_minor),
  constraint orders_saga_time check ((saga_step is null) = (saga_since is null)),
  constraint orders_cancellation check ((status = 'Cancelled') = (cancel_reason is not null)),
  constraint orders_saga_ends check (saga_step is null or status not in ('Completed', 'Cancelled'))
) strict;
create unique index orders_terminal_sequence on orders (terminal_id, terminal_sequence) where terminal_sequence is not null;
create index orders_by_channel on orders (sales_channel, id);
create index orders_by_status on orders (sales_channel, status, id);
create index orders_by_owner on orders (owner, sales_channel, id) where owner is not null;
create index orders_by_owner_status on orders (owner, sales_channel, status, id) where owner is not null;
create index orders_pending on orders (warehouse_id, created_at) where status = 'PendingPayment';
create index orders_in_saga on orders (saga_since) where saga_step is not null;
-- The sweep's turn: who was tried longest ago.
create index orders_in_saga_by_turn on orders (updated_at) where saga_step is not null;

-- Every change names the version it was made from: a stale one is refused.
create trigger orders_version before update on orders
when new.version <> old.version + 1
begin
  select raise(abort, 'rule:orders_version');
end;

create trigger orders_status before update of status on orders
when not (
  (old.status = 'PendingPayment' and new.status in ('PaymentConfirmed', 'Completed', 'Cancelled'))
  or (old.status = 'PaymentConfirmed' and new.status = 'Completed')
  -- What a till handed over has happened, whether it was refused or not yet decided.
  or (old.status in ('PendingPayment', 'Cancelled') and new.status = 'PendingPayment' and new.sales_channel = 'POS'
    and new.offline = 1 and new.saga_step = 'Deducting')
)
begin
  select raise(abort, 'rule:orders_status:' || old.status);
end;

create trigger orders_no_delete before delete on orders
begin
  select raise(abort, 'rule:orders_kept');
end;

-- What is sold, in the order it was asked for. line_total_minor is net of discount and without tax;
-- cost_minor is what the line took from the stock's value, null until stock is deducted.
create table order_lines (
  order_id text not null references orders (id),
  line integer not null,
  sku text not null,
  product_id text not null,
  name text not null,
  kind text not null constraint order_lines_kind check (kind in ('Goods', 'Shipping', 'Fee', 'Discount')),
  tax_class text not null,
  quantity integer not null constraint order_lines_quantity check (quantity between 1 and 1000000),
  unit_price_minor integer not null,
  discount_minor integer not null,
  line_total_minor integer not null,
  tax_minor integer not null,
  -- The rate that made the tax, in millionths, and whether the price contains it; null without one.
  tax_ppm integer,
  tax_inclusive integer,
  cost_minor integer,
  primary key (order_id, line)
) strict, without rowid;

-- Attempts to pay, kept for ever, failed ones included. A till's split tender has several parts.
create table payments (
  id text not null primary key,
  order_id text not null references orders (id),
  part integer not null default 1,
  method text not null constraint payments_method
    check (method in ('Cash', 'CardTerminal', 'Card', 'BankTransfer', 'PurchaseOrder')),
  amount_minor integer not null constraint payments_amount check (amount_minor between 0 and 9007199254740991),
  tendered_minor integer,
  change_minor integer,
  status text not null constraint payments_status
    check (status in ('Pending', 'Unknown', 'Authorised', 'Captured', 'Declined', 'Voided')),
  failure_reason text,
  -- The key of the request that made the attempt: its repetition is the same attempt.
  idempotency_key text,
  created_at text not null,
  updated_at text not null,
  constraint payments_change check ((tendered_minor is null) = (change_minor is null)
    and (tendered_minor is null or (change_minor >= 0 and tendered_minor - change_minor = amount_minor)))
) strict;
create index payments_by_order on payments (order_id, created_at, part);
-- One attempt at a time: what stops two confirmations from both paying.
create unique index payments_one_active on payments (order_id, part) where status in ('Pending', 'Unknown', 'Authorised', 'Captured');

create trigger payments_status_final before update of status on payments
when old.status in ('Captured', 'Declined', 'Voided')
begin
  select raise(abort, 'rule:payments_final:' || old.status);
end;

create trigger payments_no_delete before delete on payments
begin
  select raise(abort, 'rule:payments_kept');
end;

-- What a customer is to be told; a mail service reads it.
create table notifications (
  id text not null primary key,
  order_id text not null references orders (id),
  recipient text,
  kind text not null,
  message text not null,
  created_at text not null,
  sent_at text
) strict;
create index notifications_by_order on notifications (order_id);
create index notifications_unsent on notifications (created_at) where sent_at is null;

-- Tills and how far their sequence has arrived without a gap, and at all.
create table tills (
  terminal_id text not null primary key,
  contiguous_through integer not null default 0,
  highest integer not null default 0
) strict, without rowid;
create index tills_with_gaps on tills (terminal_id) where contiguous_through < highest;

create trigger orders_till after insert on orders
when new.terminal_sequence is not null
begin
  insert into tills (terminal_id, highest) values (new.terminal_id, new.terminal_sequence)
    on conflict (terminal_id) do update set highest = max(highest, excluded.highest);
  -- Where a gap closes, the run of what arrived early is walked to its end.
  update tills set contiguous_through = (
    select o.terminal_sequence from orders o
    where o.terminal_id = new.terminal_id and o.terminal_sequence >= new.terminal_sequence
      and not exists (select 1 from orders n where n.terminal_id = o.terminal_id and n.terminal_sequence = o.terminal_sequence + 1)
    order by o.terminal_sequence limit 1)
  where terminal_id = new.terminal_id and contiguous_through = new.terminal_sequence - 1;
end;

-- Completed sales per day and channel, added to in the completing batch.
create table daily_sales (
  date text not null,
  sales_channel text not null,
  orders integer not null,
  total_minor integer not null,
  primary key (date, sales_channel)
) strict, without rowid;

-- The test payment provider's own books: it behaves as a remote system that is keyed by payment id
-- and shares no transaction with the orders.
create table test_provider_payments (
  payment_id text not null primary key,
  token text not null,
  amount_minor integer not null,
  status text not null,
  reason text,
  calls integer not null default 0,
  created_at text not null
) strict;
