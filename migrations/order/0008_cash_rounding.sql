-- Cash is rounded to the smallest coin.

-- The smallest coin of a region, in minor units; without it cash is not rounded.
alter table tax_rules add column smallest_coin_minor integer
  constraint tax_rules_smallest_coin check (smallest_coin_minor between 1 and 1000000);

-- The coin to which the cash of an order is rounded, in which cash also goes back; and what was paid beyond the total
-- because of that, negative when less was paid.
alter table orders add column smallest_coin_minor integer;
alter table orders add column cash_rounding_minor integer not null default 0
  constraint orders_cash_rounding check (cash_rounding_minor = 0 or (sales_channel = 'POS'
    and smallest_coin_minor is not null and abs(cash_rounding_minor) * 2 <= smallest_coin_minor));

-- What went back beyond the total, negative when less went back.
alter table refunds add column cash_rounding_minor integer not null default 0;

create trigger refunds_cash_rounding_no_update before update of cash_rounding_minor on refunds
begin
  select raise(abort, 'rule:refunds_append_only');
end;

-- The takings of a day are its total, rounded.
drop trigger till_closings_counts;
drop view open_till_sales;

create view open_till_sales as
select t.terminal_id, o.id as order_id, o.terminal_sequence, o.status, o.saga_step, o.total_minor, o.cash_rounding_minor, o.review_reason, o.sold_at
from tills t join orders o on o.terminal_id = t.terminal_id and o.terminal_sequence > t.closed_through
union all
select t.terminal_id, o.id, o.terminal_sequence, o.status, o.saga_step, o.total_minor, o.cash_rounding_minor, o.review_reason, o.sold_at
from tills t join orders o on o.terminal_id = t.terminal_id and o.till_day = t.closings + 1;

create trigger till_closings_counts before insert on till_closings
when (new.sales, new.cancelled, 0, new.total_minor, (select coalesce(sum(value ->> 'amountMinor'), 0) from json_each(new.takings))) is not (
    select count(*) filter (where status = 'Completed'), count(*) filter (where status = 'Cancelled'),
      count(*) filter (where saga_step is not null), coalesce(sum(total_minor) filter (where status = 'Completed'), 0),
      coalesce(sum(total_minor + cash_rounding_minor) filter (where status = 'Completed'), 0)
    from open_till_sales
    where terminal_id = new.terminal_id and (terminal_sequence is null or terminal_sequence <= new.through_sequence))
  or new.cash_sales_minor <> (
    select coalesce(sum(value ->> 'amountMinor'), 0) from json_each(new.takings) where value ->> 'method' = 'Cash')
  or new.cash_refunds_minor <> (
    select coalesce(sum(amount_minor), 0) from open_till_refunds where terminal_id = new.terminal_id)
begin
  select raise(abort, 'rule:till_closings_counts');
end;
