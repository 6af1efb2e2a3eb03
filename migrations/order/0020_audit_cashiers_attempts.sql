-- The audit trail also has tills and their keys (never the key itself), who changed and cancelled orders, and who recorded
-- a payment by hand.

create trigger tills_audited after update of key_version on tills
when new.key_version is not old.key_version
begin
  insert into audit_trail (at, actor, role, request_id, kind, subject, before, after)
  select coalesce(a.at, strftime('%Y-%m-%dT%H:%M:%fZ', 'now')), coalesce(a.actor, 'system'), coalesce(a.role, 'system'),
    a.request_id, 'till', new.terminal_id, json_object('device', old.device, 'warehouse_id', old.warehouse_id, 'enrolled_by', old.enrolled_by, 'revoked_by', old.revoked_by, 'key_version', old.key_version), json_object('device', new.device, 'warehouse_id', new.warehouse_id, 'enrolled_by', new.enrolled_by, 'revoked_by', new.revoked_by, 'key_version', new.key_version)
  from (select 1) left join audit_actor a on a.id = 1;
end;

create trigger tills_audited_insert after insert on tills
when new.device is not null
begin
  insert into audit_trail (at, actor, role, request_id, kind, subject, before, after)
  select coalesce(a.at, strftime('%Y-%m-%dT%H:%M:%fZ', 'now')), coalesce(a.actor, 'system'), coalesce(a.role, 'system'),
    a.request_id, 'till', new.terminal_id, null, json_object('device', new.device, 'warehouse_id', new.warehouse_id, 'enrolled_by', new.enrolled_by, 'revoked_by', new.revoked_by, 'key_version', new.key_version)
  from (select 1) left join audit_actor a on a.id = 1;
end;

create trigger orders_audited_cancellation after update of status on orders
when new.status = 'Cancelled' and old.status <> 'Cancelled'
begin
  insert into audit_trail (at, actor, role, request_id, kind, subject, before, after)
  select a.at, a.actor, a.role,
    a.request_id, 'order', new.id, json_object('status', old.status), json_object('status', new.status)
  from audit_actor a;
end;

create trigger orders_audited_total after update of total_minor on orders
when new.total_minor is not old.total_minor
begin
  insert into audit_trail (at, actor, role, request_id, kind, subject, before, after)
  select a.at, a.actor, a.role,
    a.request_id, 'order', new.id, json_object('total_minor', old.total_minor), json_object('total_minor', new.total_minor)
  from audit_actor a;
end;

create trigger payments_audited after insert on payments
when new.method <> 'Card'
begin
  insert into audit_trail (at, actor, role, request_id, kind, subject, before, after)
  select a.at, a.actor, a.role,
    a.request_id, 'payment', new.id, null, json_object('order_id', new.order_id, 'method', new.method, 'amount_minor', new.amount_minor)
  from audit_actor a;
end;

-- Who may sell, as the gateway tells it: an offline sale may name a cashier who has gone since.
create table cashiers (
  id text not null primary key,
  state text not null constraint cashiers_state check (state in ('Active', 'Disabled', 'Removed', 'NotASeller')),
  -- The version of the user: of two messages the newer counts.
  version integer not null
) strict, without rowid;

-- Attempts to pay by card, per card and per buyer: a sliding window over all orders. A subject is a keyed hash; neither the
-- card's token nor an address is stored. Each row carries the limit that it was admitted under.
create table payment_attempts (
  subject text not null,
  attempted_at text not null,
  id text not null,
  window_start text not null,
  allowed integer not null,
  primary key (subject, attempted_at, id)
) strict, without rowid;
create index payment_attempts_by_time on payment_attempts (attempted_at);

create trigger payment_attempts_limit before insert on payment_attempts
when (select count(*) from payment_attempts where subject = new.subject and attempted_at > new.window_start) >= new.allowed
begin
  select raise(abort, 'rule:payment_attempts_limit');
end;
