-- The audit trail also has the chart of accounts and the fiscal periods. Periods that exist by themselves begin and give way
-- without a word; to close one is a change. And it has who posted and voided entries; what services post themselves names its source.

create trigger accounts_audited_insert after insert on accounts
begin
  insert into audit_trail (at, actor, role, request_id, kind, subject, before, after)
  select coalesce(a.at, strftime('%Y-%m-%dT%H:%M:%fZ', 'now')), coalesce(a.actor, 'system'), coalesce(a.role, 'system'),
    a.request_id, 'account', new.code, null, json_object('name', new.name, 'type', new.type, 'parent_code', new.parent_code, 'is_header', new.is_header, 'is_cash', new.is_cash, 'status', new.status)
  from (select 1) left join audit_actor a on a.id = 1;
end;

create trigger accounts_audited_update after update on accounts
when new.name is not old.name or new.type is not old.type or new.parent_code is not old.parent_code or new.is_header is not old.is_header or new.is_cash is not old.is_cash or new.status is not old.status
begin
  insert into audit_trail (at, actor, role, request_id, kind, subject, before, after)
  select coalesce(a.at, strftime('%Y-%m-%dT%H:%M:%fZ', 'now')), coalesce(a.actor, 'system'), coalesce(a.role, 'system'),
    a.request_id, 'account', new.code, json_object('name', old.name, 'type', old.type, 'parent_code', old.parent_code, 'is_header', old.is_header, 'is_cash', old.is_cash, 'status', old.status), json_object('name', new.name, 'type', new.type, 'parent_code', new.parent_code, 'is_header', new.is_header, 'is_cash', new.is_cash, 'status', new.status)
  from (select 1) left join audit_actor a on a.id = 1;
end;

create trigger fiscal_periods_audited_insert after insert on fiscal_periods
when new.by_itself = 0
begin
  insert into audit_trail (at, actor, role, request_id, kind, subject, before, after)
  select coalesce(a.at, strftime('%Y-%m-%dT%H:%M:%fZ', 'now')), coalesce(a.actor, 'system'), coalesce(a.role, 'system'),
    a.request_id, 'fiscal-period', new.id, null, json_object('name', new.name, 'start_date', new.start_date, 'end_date', new.end_date, 'status', new.status)
  from (select 1) left join audit_actor a on a.id = 1;
end;

create trigger fiscal_periods_audited_update after update on fiscal_periods
when new.name is not old.name or new.start_date is not old.start_date or new.end_date is not old.end_date or new.status is not old.status
begin
  insert into audit_trail (at, actor, role, request_id, kind, subject, before, after)
  select coalesce(a.at, strftime('%Y-%m-%dT%H:%M:%fZ', 'now')), coalesce(a.actor, 'system'), coalesce(a.role, 'system'),
    a.request_id, 'fiscal-period', new.id, json_object('name', old.name, 'start_date', old.start_date, 'end_date', old.end_date, 'status', old.status), json_object('name', new.name, 'start_date', new.start_date, 'end_date', new.end_date, 'status', new.status)
  from (select 1) left join audit_actor a on a.id = 1;
end;

create trigger journal_entries_audited after update of status on journal_entries
when new.status <> old.status
begin
  insert into audit_trail (at, actor, role, request_id, kind, subject, before, after)
  select a.at, a.actor, a.role,
    a.request_id, 'journal-entry', new.id, json_object('status', old.status), json_object('status', new.status, 'entry_number', new.entry_number)
  from audit_actor a;
end;
