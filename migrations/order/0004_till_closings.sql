-- The end of a till's day: which sales and refunds it has, and that it is closed once, without a gap.

-- How often a till was closed, and through which count of its sequence. Only till_closings_apply changes them.
alter table tills add column closings integer not null default 0;
alter table tills add column closed_through integer not null default 0;

-- A sale without a count, one whose refusal a closed day has counted, and a refund paid out of a drawer belong
-- to the day of the till that is open when they are recorded: the number of the closing that will count them.
alter table orders add column till_day integer
  constraint orders_till_day check (till_day is null or terminal_id is not null);
create index orders_by_till_day on orders (terminal_id, till_day) where till_day is not null;

create trigger orders_till_uncounted after insert on orders
when new.terminal_id is not null and new.terminal_sequence is null
begin
  insert into tills (terminal_id) values (new.terminal_id) on conflict (terminal_id) do nothing;
end;

alter table refunds add column terminal_id text;
alter table refunds add column till_day integer
  constraint refunds_till_day check ((till_day is null) = (terminal_id is null));
create index refunds_by_till_day on refunds (terminal_id, till_day) where till_day is not null;

create trigger refunds_till_no_update before update of terminal_id, till_day on refunds
begin
  select raise(abort, 'rule:refunds_append_only');
end;

create trigger orders_till_day_no_update before update of terminal_id, terminal_sequence, till_day on orders
when new.terminal_id is not old.terminal_id or new.terminal_sequence is not old.terminal_sequence
  or (new.till_day is not old.till_day and old.status <> 'Cancelled')
begin
  select raise(abort, 'rule:orders_till_kept');
end;

-- The sales of the days that are open: what no closing has counted yet.
create view open_till_sales as
select t.terminal_id, o.id as order_id, o.terminal_sequence, o.status, o.saga_step, o.total_minor, o.review_reason, o.sold_at
from tills t join orders o on o.terminal_id = t.terminal_id and o.terminal_sequence > t.closed_through
union all
select t.terminal_id, o.id, o.terminal_sequence, o.status, o.saga_step, o.total_minor, o.review_reason, o.sold_at
from tills t join orders o on o.terminal_id = t.terminal_id and o.till_day = t.closings + 1;

-- The parts of refunds that were paid out of the drawers of the open days.
create view open_till_refunds as
select t.terminal_id, p.refund_id, p.amount_minor
from tills t join refunds r on r.terminal_id = t.terminal_id and r.till_day = t.closings + 1
  join refund_payments p on p.refund_id = r.id and p.method = 'Cash';

-- Closings: the Z reports. Append-only, numbered 1, 2, 3, … per till, each beginning where the last ended.
create table till_closings (
  id text not null primary key,
  terminal_id text not null references tills (terminal_id),
  closing_number integer not null,
  from_sequence integer not null,
  through_sequence integer not null,
  sales integer not null constraint till_closings_sales check (sales >= 0),
  cancelled integer not null constraint till_closings_cancelled check (cancelled >= 0),
  to_review integer not null constraint till_closings_to_review check (to_review between 0 and sales),
  currency text not null,
  total_minor integer not null constraint till_closings_total check (total_minor between 0 and 9007199254740991),
  -- What was paid how, as JSON: a list of method, payments, amountMinor.
  takings text not null constraint till_closings_takings check (json_valid(takings)),
  cash_sales_minor integer not null,
  cash_refunds_minor integer not null,
  expected_cash_minor integer not null,
  counted_cash_minor integer constraint till_closings_counted check (counted_cash_minor between 0 and 9007199254740991),
  note text,
  opened_at text,
  closed_by text not null,
  closed_at text not null,
  -- The request as JSON: the same id with other content is another closing.
  request text not null,
  constraint till_closings_range check (through_sequence >= from_sequence - 1),
  constraint till_closings_expected check (expected_cash_minor = cash_sales_minor - cash_refunds_minor),
  constraint till_closings_number unique (terminal_id, closing_number)
) strict;

create trigger till_closings_new_id before insert on till_closings
when exists (select 1 from till_closings where id = new.id)
begin
  select raise(abort, 'rule:till_closings.id');
end;

-- Two closings that believed the same cannot both be recorded.
create trigger till_closings_consecutive before insert on till_closings
when not exists (select 1 from tills where terminal_id = new.terminal_id
  and closings + 1 = new.closing_number and closed_through + 1 = new.from_sequence)
begin
  select raise(abort, 'rule:till_closings_consecutive');
end;

create trigger till_closings_gap before insert on till_closings
when new.through_sequence > (select contiguous_through from tills where terminal_id = new.terminal_id)
begin
  select raise(abort, 'rule:till_closings_gap');
end;

-- What is counted is what is there, to the last sale.
create trigger till_closings_counts before insert on till_closings
when (new.sales, new.cancelled, 0, new.total_minor) is not (
    select count(*) filter (where status = 'Completed'), count(*) filter (where status = 'Cancelled'),
      count(*) filter (where saga_step is not null), coalesce(sum(total_minor) filter (where status = 'Completed'), 0)
    from open_till_sales
    where terminal_id = new.terminal_id and (terminal_sequence is null or terminal_sequence <= new.through_sequence))
  or new.total_minor <> (select coalesce(sum(value ->> 'amountMinor'), 0) from json_each(new.takings))
  or new.cash_sales_minor <> (
    select coalesce(sum(value ->> 'amountMinor'), 0) from json_each(new.takings) where value ->> 'method' = 'Cash')
  or new.cash_refunds_minor <> (
    select coalesce(sum(amount_minor), 0) from open_till_refunds where terminal_id = new.terminal_id)
begin
  select raise(abort, 'rule:till_closings_counts');
end;

create trigger till_closings_apply after insert on till_closings
begin
  update tills set closings = new.closing_number, closed_through = new.through_sequence where terminal_id = new.terminal_id;
end;

create trigger till_closings_no_update before update on till_closings
begin
  select raise(abort, 'rule:till_closings_append_only');
end;

create trigger till_closings_no_delete before delete on till_closings
begin
  select raise(abort, 'rule:till_closings_append_only');
end;

-- Orders that were being paid when what they are for ran out: when the attempt fails, they end as the
-- orders ended that were only waiting.
create table depletions (
  order_id text not null references orders (id),
  sku text not null,
  requested integer not null,
  depleted_at text not null,
  primary key (order_id, sku)
) strict, without rowid;

create trigger orders_depleted before update of saga_step on orders
when old.saga_step is not null and new.saga_step is null and new.status = 'PendingPayment'
  and exists (select 1 from depletions where order_id = old.id)
begin
  select raise(abort, 'rule:orders_depleted');
end;
