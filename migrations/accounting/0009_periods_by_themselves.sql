-- A day in no fiscal period is closed. So the months of the current year are periods by themselves, as far as nobody has
-- declared any; a declared period takes the place of those that are open in its range.
alter table fiscal_periods add column by_itself integer not null default 0
  constraint fiscal_periods_by_itself check (by_itself in (0, 1));
create index fiscal_periods_open on fiscal_periods (end_date) where status = 'Open';

drop trigger periods_no_delete;
create trigger periods_no_delete before delete on fiscal_periods
when old.by_itself = 0 or old.status <> 'Open'
begin
  select raise(abort, 'rule:periods_append_only');
end;

-- Declares the months of a year that are in no period: `insert into fiscal_years (year, created_at) …`.
create view fiscal_years as
select cast(substr(start_date, 1, 4) as integer) as year, created_at from fiscal_periods;

create trigger fiscal_years_months instead of insert on fiscal_years
begin
  insert into fiscal_periods (id, name, start_date, end_date, created_at, by_itself)
  select printf('00000000-0000-4000-8000-%012d', new.year * 100 + m.value), month, month || '-01',
         date(month || '-01', '+1 month', '-1 day'), new.created_at, 1
  from (select value, printf('%04d-%02d', new.year, value) as month from json_each('[1,2,3,4,5,6,7,8,9,10,11,12]')) m
  where not exists (select 1 from fiscal_periods p where p.start_date <= m.month || '-28' and p.end_date >= m.month || '-01')
    and not exists (select 1 from fiscal_periods p where p.name = m.month);
end;

-- Days before this rule were open unless they were closed: they stay so, in the years that have entries.
insert into fiscal_years (year, created_at)
select distinct cast(substr(entry_date, 1, 4) as integer), min(created_at) over () from journal_entries;

drop trigger entries_begin_as_drafts;
create trigger entries_begin_as_drafts before insert on journal_entries
begin
  select raise(abort, 'rule:entries_begin_as_drafts')
  where new.status <> 'Draft' or new.entry_number is not null or new.posted_at is not null;
  select raise(abort, 'rule:entries_append_only') from journal_entries where id = new.id;
  select raise(abort, 'rule:journal_entries.source_id') from journal_entries where source_id = new.source_id;
  select raise(abort, 'rule:journal_entries.reverses_entry_id') from journal_entries
  where reverses_entry_id = new.reverses_entry_id;
  -- The current year is the one in which the entry is made.
  insert into fiscal_years (year, created_at) select cast(substr(new.created_at, 1, 4) as integer), new.created_at
  where substr(new.entry_date, 1, 4) = substr(new.created_at, 1, 4)
    and not exists (select 1 from fiscal_periods where end_date >= new.entry_date and start_date <= new.entry_date);
  select raise(abort, 'rule:periods_closed:' || name) from fiscal_periods
  where status = 'Closed' and end_date >= new.entry_date and start_date <= new.entry_date;
  select raise(abort, 'rule:periods_closed:')
  where not exists (select 1 from fiscal_periods where end_date >= new.entry_date and start_date <= new.entry_date);
end;

drop trigger entries_post;
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
