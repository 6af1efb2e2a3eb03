-- Separation of duties: when a session last proved who uses it, and requests that somebody else has to approve.

-- When the password was last given. Sessions of an older release proved it when they were opened.
alter table sessions add column proved_at text;
update sessions set proved_at = created_at;

-- A request that a service has refused because its caller may not do it alone. It is kept as it was sent, and is sent
-- again, once, when somebody else approves it.
create table approvals (
  id text not null primary key,
  -- What would happen, as the service said it: action, what, amount, limit, customerId.
  needed text not null constraint approvals_needed check (json_valid(needed)),
  method text not null,
  -- The path at the service, with its query.
  path text not null,
  content_type text,
  if_match text,
  body text not null,
  requested_by text not null references users (id),
  -- With what the request was made: a key may have less than its user.
  role text not null,
  scope text constraint approvals_scope check (scope is null or json_valid(scope)),
  -- Caller, method, path and idempotency key: a repetition is the same approval.
  request_key text constraint approvals_request_key unique,
  requested_at text not null,
  expires_at text not null,
  status text not null default 'Pending' constraint approvals_status_known
    check (status in ('Pending', 'Approved', 'Executed', 'Failed', 'Rejected', 'Withdrawn', 'Expired')),
  decided_by text,
  decided_at text,
  reason text,
  answer_status integer,
  answer text,
  executed_at text,
  -- Nobody decides about their own request; they can only take it back.
  constraint approvals_by_another check (decided_by is null or (decided_by = requested_by) = (status = 'Withdrawn')),
  constraint approvals_decided check (
    (status in ('Pending', 'Expired')) = (decided_by is null) and (decided_by is null) = (decided_at is null)),
  constraint approvals_reason check (status <> 'Rejected' or reason is not null),
  constraint approvals_answered check ((status in ('Executed', 'Failed')) = (executed_at is not null))
) strict;
create index approvals_by_requester on approvals (requested_by, id);
create index approvals_by_status on approvals (status, id);
create index approvals_pending on approvals (expires_at) where status = 'Pending';
create index approvals_under_way on approvals (decided_at) where status = 'Approved';

create trigger approvals_new before insert on approvals
when new.status <> 'Pending'
begin
  select raise(abort, 'rule:approvals_new');
end;

-- It is decided once, in time, and ends once.
create trigger approvals_status before update on approvals
when not (
  (old.status = 'Pending' and new.status in ('Rejected', 'Withdrawn'))
  or (old.status = 'Pending' and new.status = 'Approved' and new.decided_at < old.expires_at)
  or (old.status = 'Pending' and new.status = 'Expired')
  or (old.status = 'Approved' and new.status in ('Executed', 'Failed') and new.decided_by = old.decided_by))
begin
  select raise(abort, 'rule:approvals_status');
end;

-- What is approved is what was asked for.
create trigger approvals_kept before update of id, needed, method, path, content_type, if_match, body, requested_by, role, scope,
  request_key, requested_at, expires_at on approvals
begin
  select raise(abort, 'rule:approvals_kept');
end;

create trigger approvals_no_delete before delete on approvals
begin
  select raise(abort, 'rule:approvals_no_delete');
end;

create trigger approvals_audited_insert after insert on approvals
begin
  insert into audit_trail (at, actor, role, request_id, kind, subject, before, after)
  select coalesce(a.at, strftime('%Y-%m-%dT%H:%M:%fZ', 'now')), coalesce(a.actor, 'system'), coalesce(a.role, 'system'),
    a.request_id, 'approval', new.id, null, json_object('status', new.status, 'what', new.needed ->> 'what', 'requested_by', new.requested_by)
  from (select 1) left join audit_actor a on a.id = 1;
end;

create trigger approvals_audited_update after update on approvals
begin
  insert into audit_trail (at, actor, role, request_id, kind, subject, before, after)
  select coalesce(a.at, strftime('%Y-%m-%dT%H:%M:%fZ', 'now')), coalesce(a.actor, 'system'), coalesce(a.role, 'system'),
    a.request_id, 'approval', new.id, json_object('status', old.status, 'decided_by', old.decided_by),
    json_object('status', new.status, 'what', new.needed ->> 'what', 'requested_by', new.requested_by, 'decided_by', new.decided_by,
      'reason', new.reason, 'answer_status', new.answer_status)
  from (select 1) left join audit_actor a on a.id = 1;
end;
