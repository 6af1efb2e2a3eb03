-- What settled which invoice, and from which day: so that what was open on any day can be told, and so that a settlement
-- can be taken back. An invoice's and a credit's amounts are the sums of their settlements.

-- The part of a payment that settles its invoice; the rest is the customer's credit. Null: all of it (an older release).
alter table invoice_payments add column applied_minor integer
  constraint invoice_payments_applied check (applied_minor between 0 and amount_minor);
alter table invoice_payments add column customer_id text;

drop trigger invoice_payments_no_update;
update invoice_payments set customer_id = (select customer_id from invoices where id = invoice_id);
create trigger invoice_payments_no_update
before update of id, invoice_id, amount_minor, method, reference, paid_at, entry_id, created_by, created_at, applied_minor
on invoice_payments
begin
  select raise(abort, 'rule:invoice_payments_append_only');
end;
create index invoice_payments_by_customer on invoice_payments (customer_id, id);

-- A customer's credit: what a refund or a credit note leaves, or what a payment has too much. Its id is that document's.
alter table customer_credits add column overpaid_payment_id text references invoice_payments (id);
alter table customer_credits add column kind text not null generated always as (
  case when overpaid_payment_id is not null then 'Overpayment' when order_id is null then 'CreditNote' else 'Refund' end) virtual;
-- Paid out, or taken back together with the payment that it came from.
alter table customer_credits add column paid_out_minor integer not null default 0
  constraint customer_credits_spent check (paid_out_minor >= 0 and applied_minor + paid_out_minor <= amount_minor);
alter table customer_credits add column left_minor integer not null
  generated always as (amount_minor - applied_minor - paid_out_minor) virtual;
drop index customer_credits_left;
create index customer_credits_open on customer_credits (customer_id, refund_id) where left_minor > 0;
create index customer_credits_by_payment on customer_credits (overpaid_payment_id);
create index customer_credits_by_customer on customer_credits (customer_id, refund_id);

-- Credit that was paid out, append-only.
create table payouts (
  id text not null primary key,
  credit_id text not null references customer_credits (refund_id),
  customer_id text,
  amount_minor integer not null constraint payouts_amount check (amount_minor > 0),
  method text not null,
  reference text,
  paid_at text not null,
  entry_id text not null unique references journal_entries (id),
  created_by text not null,
  created_at text not null
) strict;
create index payouts_by_customer on payouts (customer_id, id);
create index payouts_by_credit on payouts (credit_id);

-- A payment or a payout that did not arrive, taken back by a document of its own, once.
create table payment_reversals (
  id text not null primary key,
  payment_id text unique references invoice_payments (id),
  payout_id text unique references payouts (id),
  reason text not null,
  entry_id text not null unique references journal_entries (id),
  created_by text not null,
  created_at text not null,
  constraint payment_reversals_of_one check ((payment_id is null) <> (payout_id is null))
) strict;

create table settlements (
  id text not null primary key,
  -- Null: the credit was paid out, or taken back.
  invoice_id text references invoices (id),
  -- What settles: money of a payment, or a credit.
  payment_id text references invoice_payments (id),
  credit_id text references customer_credits (refund_id),
  -- Negative when it is taken back.
  amount_minor integer not null constraint settlements_amount check (amount_minor <> 0),
  -- From this day on: neither before the invoice nor before what settles it, nor before either was last opened again.
  day text not null,
  -- The day of the document that settles. Money that came before its invoice is the customer's credit until `day`.
  booked_on text not null,
  created_at text not null,
  constraint settlements_by_one check ((payment_id is null) <> (credit_id is null)),
  constraint settlements_of_one check (invoice_id is not null or credit_id is not null),
  constraint settlements_day check (day is date(day) and booked_on is date(booked_on) and day >= booked_on)
) strict;
create index settlements_by_day on settlements (day);
create index settlements_by_invoice on settlements (invoice_id, day);
create index settlements_by_credit on settlements (credit_id, day);
create index settlements_by_payment on settlements (payment_id);

insert into settlements (id, invoice_id, payment_id, amount_minor, day, booked_on, created_at)
select 'payment:' || p.id, p.invoice_id, p.id, p.amount_minor, max(e.entry_date, ie.entry_date), e.entry_date, p.created_at
from invoice_payments p join journal_entries e on e.id = p.entry_id
  join invoices i on i.id = p.invoice_id join journal_entries ie on ie.id = i.entry_id;

insert into settlements (id, invoice_id, credit_id, amount_minor, day, booked_on, created_at)
select 'credit:' || c.refund_id || ':' || i.id, i.id, c.refund_id, c.applied_minor, max(e.entry_date, ie.entry_date),
  max(e.entry_date, ie.entry_date), c.created_at
from customer_credits c join journal_entries e on e.id = c.entry_id
  join invoices i on i.order_id = c.order_id join journal_entries ie on ie.id = i.entry_id
where c.applied_minor > 0;

create trigger settlements_once before insert on settlements
begin
  select raise(abort, 'rule:settlements_append_only') from settlements where id = new.id;
  select raise(abort, 'rule:settlements_day')
  from invoices i join journal_entries e on e.id = i.entry_id where i.id = new.invoice_id and new.day < e.entry_date;
  select raise(abort, 'rule:settlements_day')
  from customer_credits c join journal_entries e on e.id = c.entry_id where c.refund_id = new.credit_id and new.day < e.entry_date;
  select raise(abort, 'rule:settlements_day') from settlements
  where new.amount_minor > 0 and new.id not like 'reversal:%' and amount_minor < 0 and day > new.day
    and (invoice_id = new.invoice_id or credit_id = new.credit_id);
  select raise(abort, 'rule:settlements_customer')
  from customer_credits c join invoices i on i.id = new.invoice_id
  where c.refund_id = new.credit_id and c.customer_id is not i.customer_id and c.order_id is not i.order_id;
end;

create trigger settlements_apply after insert on settlements
begin
  update invoices set paid_minor = paid_minor + new.amount_minor where id = new.invoice_id and new.payment_id is not null;
  update invoices set credited_minor = credited_minor + new.amount_minor
  where id = new.invoice_id and new.credit_id is not null;
  update customer_credits set applied_minor = applied_minor + new.amount_minor
  where refund_id = new.credit_id and new.invoice_id is not null;
  update customer_credits set paid_out_minor = paid_out_minor + new.amount_minor
  where refund_id = new.credit_id and new.invoice_id is null;
end;

create trigger settlements_no_update before update on settlements
begin
  select raise(abort, 'rule:settlements_append_only');
end;

create trigger settlements_no_delete before delete on settlements
begin
  select raise(abort, 'rule:settlements_append_only');
end;

-- A payment settles its invoice; what it has too much becomes the customer's credit.
drop trigger invoice_payments_apply;
create trigger invoice_payments_apply after insert on invoice_payments
begin
  insert into settlements (id, invoice_id, payment_id, amount_minor, day, booked_on, created_at)
  select 'payment:' || new.id, new.invoice_id, new.id, coalesce(new.applied_minor, new.amount_minor),
    max(e.entry_date, ie.entry_date,
        coalesce((select max(day) from settlements where invoice_id = new.invoice_id and amount_minor < 0), '')),
    e.entry_date, new.created_at
  from journal_entries e join invoices i on i.id = new.invoice_id join journal_entries ie on ie.id = i.entry_id
  where e.id = new.entry_id and coalesce(new.applied_minor, new.amount_minor) > 0;
  insert into customer_credits (refund_id, overpaid_payment_id, customer_id, amount_minor, entry_id, created_at)
  select new.id, new.id, i.customer_id, new.amount_minor - new.applied_minor, new.entry_id, new.created_at
  from invoices i where i.id = new.invoice_id and new.applied_minor < new.amount_minor;
  update invoice_payments set customer_id = (select customer_id from invoices where id = new.invoice_id) where id = new.id;
end;

-- A refund reduces the invoice of its order, as far as that is open.
drop trigger customer_credits_apply;
create trigger customer_credits_apply after insert on customer_credits
when exists (select 1 from invoices where order_id = new.order_id and open_minor > 0)
begin
  insert into settlements (id, invoice_id, credit_id, amount_minor, day, booked_on, created_at)
  select 'credit:' || new.refund_id || ':' || id, id, new.refund_id, min(new.amount_minor, open_minor), day, day, new.created_at
  from (select i.id, i.open_minor, max(e.entry_date, ie.entry_date,
          coalesce((select max(day) from settlements where invoice_id = i.id and amount_minor < 0), '')) as day
        from invoices i join journal_entries ie on ie.id = i.entry_id join journal_entries e on e.id = new.entry_id
        where i.order_id = new.order_id);
end;

-- Messages may overtake each other: a refund that came before its order's sale is applied now.
drop trigger invoices_take_credits;
create trigger invoices_take_credits after insert on invoices
when exists (select 1 from customer_credits where order_id = new.order_id and left_minor > 0)
begin
  insert into settlements (id, invoice_id, credit_id, amount_minor, day, booked_on, created_at)
  select 'credit:' || refund_id || ':' || new.id, new.id, refund_id, min(left_minor, new.total_minor - before_minor), day, day,
    new.created_at
  from (select c.refund_id, c.left_minor, max(e.entry_date, ie.entry_date,
            coalesce((select max(day) from settlements where credit_id = c.refund_id and amount_minor < 0), '')) as day,
          coalesce((select sum(p.left_minor) from customer_credits p
                    where p.order_id = new.order_id and p.refund_id < c.refund_id), 0) as before_minor
        from customer_credits c join journal_entries e on e.id = c.entry_id join journal_entries ie on ie.id = new.entry_id
        where c.order_id = new.order_id and c.left_minor > 0)
  where before_minor < new.total_minor
  order by refund_id;
end;

create trigger payouts_once before insert on payouts
begin
  select raise(abort, 'rule:payouts_append_only') from payouts where id = new.id or entry_id = new.entry_id;
end;

create trigger payouts_apply after insert on payouts
begin
  insert into settlements (id, credit_id, amount_minor, day, booked_on, created_at)
  select 'payout:' || new.id, new.credit_id, new.amount_minor, e.entry_date, e.entry_date, new.created_at
  from journal_entries e where e.id = new.entry_id;
end;

create trigger payouts_no_update before update on payouts
begin
  select raise(abort, 'rule:payouts_append_only');
end;

create trigger payouts_no_delete before delete on payouts
begin
  select raise(abort, 'rule:payouts_append_only');
end;

-- A reversal is not before what it takes back. What was paid out of an overpayment has to come back first.
create trigger payment_reversals_allowed before insert on payment_reversals
begin
  select raise(abort, 'rule:payment_reversals_once') from payment_reversals
  where id = new.id or payment_id = new.payment_id or payout_id = new.payout_id;
  select raise(abort, 'rule:payment_reversals_day')
  from journal_entries r join journal_entries o
    on o.id = coalesce((select entry_id from invoice_payments where id = new.payment_id),
                       (select entry_id from payouts where id = new.payout_id))
  where r.id = new.entry_id and r.entry_date < o.entry_date;
  select raise(abort, 'rule:payment_reversals_credit_day')
  from journal_entries r join settlements s on s.credit_id = new.payment_id and s.amount_minor < 0
  where r.id = new.entry_id and r.entry_date < s.day;
  select raise(abort, 'rule:payment_reversals_paid_out') from customer_credits
  where refund_id = new.payment_id and paid_out_minor > 0;
end;

create trigger payment_reversals_apply after insert on payment_reversals
begin
  -- What the credit of an overpayment settled is open again,
  insert into settlements (id, invoice_id, credit_id, amount_minor, day, booked_on, created_at)
  select 'reversal:' || new.id || ':' || s.invoice_id, s.invoice_id, s.credit_id, -sum(s.amount_minor),
    max(max(s.day), e.entry_date), max(max(s.day), e.entry_date), new.created_at
  from settlements s join journal_entries e on e.id = new.entry_id
  where s.credit_id = new.payment_id and s.invoice_id is not null
  group by s.invoice_id having sum(s.amount_minor) > 0;
  -- the credit is gone,
  insert into settlements (id, credit_id, amount_minor, day, booked_on, created_at)
  select 'reversal:' || new.id || ':credit', c.refund_id, c.left_minor, e.entry_date, e.entry_date, new.created_at
  from customer_credits c join journal_entries e on e.id = new.entry_id
  where c.refund_id = new.payment_id and c.left_minor > 0;
  -- and the invoice of the payment is open again.
  insert into settlements (id, invoice_id, payment_id, amount_minor, day, booked_on, created_at)
  select 'reversal:' || new.id, s.invoice_id, s.payment_id, -s.amount_minor, max(s.day, e.entry_date), e.entry_date,
    new.created_at
  from settlements s join journal_entries e on e.id = new.entry_id where s.id = 'payment:' || new.payment_id;
  -- A payout that came back is credit again.
  insert into settlements (id, credit_id, amount_minor, day, booked_on, created_at)
  select 'reversal:' || new.id, s.credit_id, -s.amount_minor, e.entry_date, e.entry_date, new.created_at
  from settlements s join journal_entries e on e.id = new.entry_id where s.id = 'payout:' || new.payout_id;
end;

create trigger payment_reversals_no_update before update on payment_reversals
begin
  select raise(abort, 'rule:payment_reversals_append_only');
end;

create trigger payment_reversals_no_delete before delete on payment_reversals
begin
  select raise(abort, 'rule:payment_reversals_append_only');
end;
