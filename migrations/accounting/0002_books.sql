-- The books: the chart of accounts, fiscal periods, the journal and its balances, invoices and what
-- customers owe. Every rule of double entry is kept here, by constraints and triggers.

create table accounts (
  code text not null primary key,
  name text not null,
  type text not null constraint accounts_type
    check (type in ('Asset', 'Liability', 'Equity', 'Revenue', 'COGS', 'Expense')),
  normal_balance text not null constraint accounts_normal_balance check (normal_balance in ('Debit', 'Credit')),
  parent_code text references accounts (code),
  -- A header gathers accounts and takes no lines.
  is_header integer not null default 0 constraint accounts_is_header check (is_header in (0, 1)),
  -- Cash and what becomes cash within days: what the cash flow statement is about.
  is_cash integer not null default 0 constraint accounts_is_cash check (is_cash in (0, 1)),
  -- Equals something that is kept elsewhere (stock, invoices): only source events book on it.
  is_control integer not null default 0 constraint accounts_is_control check (is_control in (0, 1)),
  -- Booked on by source events: it must stay, or sales could not be booked.
  is_system integer not null default 0 constraint accounts_is_system check (is_system in (0, 1)),
  status text not null default 'Active' constraint accounts_status check (status in ('Active', 'Inactive', 'Archived')),
  created_at text not null,
  version integer not null default 1,
  constraint accounts_cash_is_an_asset check (is_cash = 0 or type = 'Asset')
) strict;

-- What was booked per account, month (2026-11) and kind of activity. Only posting changes it. With the
-- days it answers any range, so no report reads the journal.
create table account_balances (
  account_code text not null references accounts (code),
  period text not null,
  activity text not null,
  debit_minor integer not null
    constraint account_balances_debit check (debit_minor between 0 and 9007199254740991),
  credit_minor integer not null
    constraint account_balances_credit check (credit_minor between 0 and 9007199254740991),
  primary key (account_code, period, activity)
) strict, without rowid;

-- The same per day: what a range has besides whole months.
create table account_day_balances (
  account_code text not null references accounts (code),
  day text not null,
  activity text not null,
  debit_minor integer not null
    constraint account_day_balances_debit check (debit_minor between 0 and 9007199254740991),
  credit_minor integer not null
    constraint account_day_balances_credit check (credit_minor between 0 and 9007199254740991),
  primary key (account_code, day, activity)
) strict, without rowid;

create trigger accounts_parent before insert on accounts when new.parent_code is not null
begin
  select raise(abort, 'rule:accounts_parent')
  where not exists (select 1 from accounts p where p.code = new.parent_code and p.is_header = 1 and p.type = new.type);
end;

create trigger accounts_identity_is_final
before update of code, type, normal_balance, parent_code, is_header, is_cash, is_control, is_system, created_at on accounts
begin
  select raise(abort, 'rule:accounts_identity_is_final');
end;

create trigger accounts_version before update on accounts when new.version <> old.version + 1
begin
  select raise(abort, 'rule:accounts_version');
end;

create trigger accounts_system_stays before update of status on accounts when old.is_system = 1 and new.status <> 'Active'
begin
  select raise(abort, 'rule:accounts_system_stays');
end;

create trigger accounts_archive before update of status on accounts when new.status = 'Archived' and old.status <> 'Archived'
begin
  select raise(abort, 'rule:accounts_archived_with_balance')
  where (select sum(debit_minor - credit_minor) from account_balances where account_code = new.code) <> 0;
  select raise(abort, 'rule:accounts_archived_with_children')
  where exists (select 1 from accounts where parent_code = new.code and status <> 'Archived');
end;
create index accounts_by_parent on accounts (parent_code);
create index accounts_cash on accounts (code) where is_cash = 1;

create trigger accounts_no_delete before delete on accounts
begin
  select raise(abort, 'rule:accounts_append_only');
end;

-- Declared periods. A date in none of them is open.
create table fiscal_periods (
  id text not null primary key,
  name text not null constraint fiscal_periods_name unique,
  start_date text not null,
  end_date text not null,
  status text not null default 'Open' constraint fiscal_periods_status check (status in ('Open', 'Closed')),
  created_at text not null,
  closed_at text,
  closed_by text,
  constraint periods_whole_months check (
    start_date = date(start_date, 'start of month')
    and end_date = date(end_date, 'start of month', '+1 month', '-1 day') and start_date < end_date)
) strict;
create index fiscal_periods_by_date on fiscal_periods (start_date, id);
create index fiscal_periods_closed on fiscal_periods (end_date) where status = 'Closed';

create trigger periods_overlap before insert on fiscal_periods
begin
  select raise(abort, 'rule:periods_overlap:' || name) from fiscal_periods
  where start_date <= new.end_date and end_date >= new.start_date;
end;

create trigger periods_closed_is_final before update on fiscal_periods
when old.status = 'Closed' or new.status <> 'Closed' or new.id <> old.id or new.name <> old.name
  or new.start_date <> old.start_date or new.end_date <> old.end_date or new.created_at <> old.created_at
begin
  select raise(abort, 'rule:periods_closed_is_final');
end;

create trigger periods_no_delete before delete on fiscal_periods
begin
  select raise(abort, 'rule:periods_append_only');
end;

create table journal_entries (
  id text not null primary key,
  -- JE-2026-000001, taken at posting; gapless in the year of the entry's date.
  entry_number text constraint journal_entries_number unique,
  entry_date text not null,
  description text not null,
  reference text,
  entry_type text not null constraint journal_entries_type
    check (entry_type in ('Manual', 'System', 'Recurring', 'Adjusting', 'Closing')),
  status text not null default 'Draft' constraint journal_entries_status check (status in ('Draft', 'Posted', 'Voided')),
  -- What is booked: 'order:<id>', 'refund:<id>', 'adjustment:<id>', 'payment:<id>'. One source, one entry.
  source_id text unique,
  -- The total of that sale, for reconciliation; the entry's own total has its cost as well.
  source_total_minor integer,
  total_minor integer not null constraint journal_entries_total check (total_minor between 0 and 9007199254740991),
  created_by text not null,
  created_at text not null,
  posted_at text,
  -- A void posts the reverse: one at most.
  reverses_entry_id text unique references journal_entries (id),
  -- What the movement of money is about, for balances.
  activity text not null generated always as (
    case substr(source_id, 1, instr(source_id, ':'))
      when 'order:' then 'Sale' when 'refund:' then 'Refund' when 'adjustment:' then 'Stock'
      when 'payment:' then 'InvoicePayment' else entry_type end),
  constraint journal_entries_posted check (status <> 'Posted' or (entry_number is not null and posted_at is not null)),
  constraint journal_entries_system check (entry_type <> 'System' or source_id is not null)
) strict;
create index journal_entries_by_date on journal_entries (entry_date, id);
create index journal_entries_by_status on journal_entries (status, entry_date, id);

create table journal_lines (
  entry_id text not null references journal_entries (id),
  line_number integer not null,
  account_code text not null references accounts (code),
  -- The entry's, so that a ledger is read in order from one index.
  entry_date text not null,
  direction text not null constraint journal_lines_direction check (direction in ('Debit', 'Credit')),
  amount_minor integer not null
    constraint journal_lines_amount check (amount_minor > 0 and amount_minor <= 9007199254740991),
  primary key (entry_id, line_number)
) strict, without rowid;
create index journal_lines_ledger on journal_lines (account_code, entry_date, entry_id, line_number, direction, amount_minor);

-- An entry begins as a draft, also when it is posted in the same batch; a closed period takes none. What
-- is there is never replaced: REPLACE deletes without asking the triggers on deletion.
create trigger entries_begin_as_drafts before insert on journal_entries
begin
  select raise(abort, 'rule:entries_begin_as_drafts')
  where new.status <> 'Draft' or new.entry_number is not null or new.posted_at is not null;
  select raise(abort, 'rule:entries_append_only') from journal_entries where id = new.id;
  select raise(abort, 'rule:journal_entries.source_id') from journal_entries where source_id = new.source_id;
  select raise(abort, 'rule:journal_entries.reverses_entry_id') from journal_entries
  where reverses_entry_id = new.reverses_entry_id;
  select raise(abort, 'rule:periods_closed:' || name) from fiscal_periods
  where status = 'Closed' and end_date >= new.entry_date and start_date <= new.entry_date;
end;

-- What an entry says never changes; only its status does, and its number is set once, at posting.
create trigger entries_are_final
before update of id, entry_date, description, reference, entry_type, source_id, source_total_minor, total_minor,
  created_by, created_at, reverses_entry_id on journal_entries
begin
  select raise(abort, 'rule:entries_are_final');
end;

create trigger entries_posted_is_final before update on journal_entries
when old.status = 'Voided' or (old.status = 'Posted' and (new.status <> 'Voided'
  or new.entry_number is not old.entry_number or new.posted_at is not old.posted_at))
begin
  select raise(abort, 'rule:entries_posted_is_final');
end;

create trigger entries_post before update of status on journal_entries
when old.status = 'Draft' and new.status = 'Posted'
begin
  select raise(abort, iif(lines < 2, 'rule:entries_two_lines', 'rule:entries_balanced'))
  from (select count(*) as lines, sum(iif(direction = 'Debit', amount_minor, 0)) as debits,
               sum(iif(direction = 'Credit', amount_minor, 0)) as credits
        from journal_lines where entry_id = new.id)
  where lines < 2 or debits <> credits or debits <> new.total_minor;
  select raise(abort, 'rule:lines_' || iif(a.is_header = 1, 'header', iif(a.status <> 'Active', 'inactive', 'control'))
    || '_account:' || a.code)
  from journal_lines l join accounts a on a.code = l.account_code
  where l.entry_id = new.id
    and (a.is_header = 1 or a.status <> 'Active' or (a.is_control = 1 and new.source_id is null));
  select raise(abort, 'rule:periods_closed:' || name) from fiscal_periods
  where status = 'Closed' and end_date >= new.entry_date and start_date <= new.entry_date;
end;

create trigger entries_balances after update of status on journal_entries
when old.status = 'Draft' and new.status = 'Posted'
begin
  insert into account_balances (account_code, period, activity, debit_minor, credit_minor)
  select account_code, substr(new.entry_date, 1, 7), new.activity,
         sum(iif(direction = 'Debit', amount_minor, 0)), sum(iif(direction = 'Credit', amount_minor, 0))
  from journal_lines where entry_id = new.id group by account_code
  on conflict (account_code, period, activity) do update
    set debit_minor = debit_minor + excluded.debit_minor, credit_minor = credit_minor + excluded.credit_minor;
  insert into account_day_balances (account_code, day, activity, debit_minor, credit_minor)
  select account_code, new.entry_date, new.activity,
         sum(iif(direction = 'Debit', amount_minor, 0)), sum(iif(direction = 'Credit', amount_minor, 0))
  from journal_lines where entry_id = new.id group by account_code
  on conflict (account_code, day, activity) do update
    set debit_minor = debit_minor + excluded.debit_minor, credit_minor = credit_minor + excluded.credit_minor;
end;

-- A posted entry is voided by its posted reverse. What a source event booked is undone where it came
-- from (refund the order, adjust the stock), and a reverse stays. A draft is simply given up.
create trigger entries_void before update of status on journal_entries
when old.status = 'Posted' and new.status = 'Voided'
begin
  select raise(abort, 'rule:entries_void_at_the_source') where old.source_id is not null;
  select raise(abort, 'rule:entries_reverse_stays') where old.reverses_entry_id is not null;
  select raise(abort, 'rule:entries_void_is_reversed')
  where not exists (select 1 from journal_entries where reverses_entry_id = old.id and status = 'Posted');
end;

create trigger entries_no_delete before delete on journal_entries
begin
  select raise(abort, 'rule:entries_append_only');
end;

create trigger lines_posted_is_final before insert on journal_lines
begin
  select raise(abort, 'rule:lines_posted_is_final')
  where not exists (select 1 from journal_entries e
    where e.id = new.entry_id and e.status = 'Draft' and e.entry_date = new.entry_date);
  select raise(abort, 'rule:lines_append_only') from journal_lines
  where entry_id = new.entry_id and line_number = new.line_number;
end;

create trigger lines_no_update before update on journal_lines
begin
  select raise(abort, 'rule:lines_append_only');
end;

create trigger lines_no_delete before delete on journal_lines
begin
  select raise(abort, 'rule:lines_append_only');
end;

-- Source events that move no money (a free order): handled, without an entry.
create table sources_without_entry (
  source_id text not null primary key,
  total_minor integer not null,
  handled_at text not null
) strict, without rowid;

create trigger sources_without_entry_once before insert on sources_without_entry
begin
  select raise(abort, 'rule:sources_without_entry.source_id') from sources_without_entry where source_id = new.source_id;
end;

create trigger sources_without_entry_no_update before update on sources_without_entry
begin
  select raise(abort, 'rule:sources_without_entry_append_only');
end;

create trigger sources_without_entry_no_delete before delete on sources_without_entry
begin
  select raise(abort, 'rule:sources_without_entry_append_only');
end;

-- What was sold on account. The total is the part that was not paid at once.
create table invoices (
  id text not null primary key,
  -- INV-2026-000001, gapless in the year of the issue date.
  invoice_number text not null constraint invoices_number unique,
  order_id text not null unique,
  order_number text not null,
  customer_id text,
  customer_name text,
  purchase_order_number text,
  issue_date text not null,
  due_date text not null,
  total_minor integer not null constraint invoices_total check (total_minor > 0),
  paid_minor integer not null default 0 constraint invoices_paid check (paid_minor >= 0),
  credited_minor integer not null default 0 constraint invoices_credited check (credited_minor >= 0),
  open_minor integer not null generated always as (total_minor - paid_minor - credited_minor),
  status text not null generated always as (
    case when paid_minor + credited_minor < total_minor then 'Open' when paid_minor > 0 then 'Paid' else 'Credited' end),
  entry_id text not null unique references journal_entries (id),
  created_at text not null,
  constraint invoices_not_overpaid check (paid_minor + credited_minor <= total_minor)
) strict;
create index invoices_by_status on invoices (status, id);
create index invoices_by_customer on invoices (customer_id, id);
create index invoices_by_customer_and_status on invoices (customer_id, status, id);
create index invoices_open on invoices (due_date) where open_minor > 0;

create trigger invoices_once before insert on invoices
begin
  select raise(abort, 'rule:invoices.order_id') from invoices where order_id = new.order_id;
  select raise(abort, 'rule:invoices_append_only') from invoices
  where id = new.id or invoice_number = new.invoice_number or entry_id = new.entry_id;
end;

create trigger invoices_are_final
before update of id, invoice_number, order_id, order_number, customer_id, customer_name, purchase_order_number,
  issue_date, due_date, total_minor, entry_id, created_at on invoices
begin
  select raise(abort, 'rule:invoices_append_only');
end;

create trigger invoices_no_delete before delete on invoices
begin
  select raise(abort, 'rule:invoices_append_only');
end;

-- Money received on an invoice, append-only.
create table invoice_payments (
  id text not null primary key,
  invoice_id text not null references invoices (id),
  amount_minor integer not null constraint invoice_payments_amount check (amount_minor > 0),
  method text not null,
  reference text,
  paid_at text not null,
  entry_id text not null unique references journal_entries (id),
  created_by text not null,
  created_at text not null
) strict;
create index invoice_payments_by_invoice on invoice_payments (invoice_id, id);

create trigger invoice_payments_once before insert on invoice_payments
begin
  select raise(abort, 'rule:invoice_payments_append_only') from invoice_payments
  where id = new.id or entry_id = new.entry_id;
end;

create trigger invoice_payments_apply after insert on invoice_payments
begin
  update invoices set paid_minor = paid_minor + new.amount_minor where id = new.invoice_id;
end;

create trigger invoice_payments_no_update before update on invoice_payments
begin
  select raise(abort, 'rule:invoice_payments_append_only');
end;

create trigger invoice_payments_no_delete before delete on invoice_payments
begin
  select raise(abort, 'rule:invoice_payments_append_only');
end;

-- Refunds on account. Each reduces the invoice of its order as far as that is open; the rest, or a
-- credit note without an order, stands to the customer's credit.
create table customer_credits (
  refund_id text not null primary key,
  order_id text,
  customer_id text,
  amount_minor integer not null constraint customer_credits_amount check (amount_minor > 0),
  applied_minor integer not null default 0
    constraint customer_credits_applied check (applied_minor between 0 and amount_minor),
  entry_id text not null unique references journal_entries (id),
  created_at text not null
) strict;
create index customer_credits_by_order on customer_credits (order_id, refund_id) where order_id is not null;
create index customer_credits_left on customer_credits (amount_minor, applied_minor) where applied_minor < amount_minor;

create trigger customer_credits_once before insert on customer_credits
begin
  select raise(abort, 'rule:customer_credits_append_only') from customer_credits
  where refund_id = new.refund_id or entry_id = new.entry_id;
end;

create trigger customer_credits_are_final
before update of refund_id, order_id, customer_id, amount_minor, entry_id, created_at on customer_credits
begin
  select raise(abort, 'rule:customer_credits_append_only');
end;

create trigger customer_credits_apply after insert on customer_credits
when exists (select 1 from invoices where order_id = new.order_id)
begin
  update customer_credits
  set applied_minor = (select min(new.amount_minor, open_minor) from invoices where order_id = new.order_id)
  where refund_id = new.refund_id;
  update invoices set credited_minor = credited_minor + min(new.amount_minor, open_minor) where order_id = new.order_id;
end;

-- Messages may overtake each other: a refund that came before its order's sale is applied now.
create trigger invoices_take_credits after insert on invoices
when exists (select 1 from customer_credits where order_id = new.order_id)
begin
  update customer_credits
  set applied_minor = max(0, min(amount_minor, new.total_minor - coalesce(
    (select sum(p.amount_minor) from customer_credits p
     where p.order_id = new.order_id and p.refund_id < customer_credits.refund_id), 0)))
  where order_id = new.order_id;
  update invoices
  set credited_minor = (select sum(applied_minor) from customer_credits where order_id = new.order_id)
  where id = new.id;
end;

create trigger customer_credits_no_delete before delete on customer_credits
begin
  select raise(abort, 'rule:customer_credits_append_only');
end;
