-- Who changed what: one row for each change of what prices, rights and rules follow from, with what it was before and
-- what it is now. Triggers write it, in the batch of the change, whoever makes it; nobody changes it.

-- Whose batch it is: one row, written at the start of a batch and deleted at its end. Without it the change is the
-- system's own: a message, a sweep, a person at the database.
create table audit_actor (
  id integer not null primary key constraint audit_actor_one check (id = 1),
  at text not null,
  actor text not null,
  role text not null,
  request_id text not null
) strict;

create table audit_trail (
  seq integer primary key autoincrement,
  at text not null,
  -- A user's id, or `system`.
  actor text not null,
  role text not null,
  request_id text,
  kind text not null,
  subject text not null,
  -- JSON objects; null before the first and after the last.
  before text constraint audit_trail_before check (before is null or json_valid(before)),
  after text constraint audit_trail_after check (after is null or json_valid(after))
) strict;
create index audit_trail_by_subject on audit_trail (subject, seq);

create trigger audit_trail_no_update before update on audit_trail
begin
  select raise(abort, 'rule:audit_trail_append_only');
end;

create trigger audit_trail_no_delete before delete on audit_trail
begin
  select raise(abort, 'rule:audit_trail_append_only');
end;

create trigger customers_audited_insert after insert on customers
begin
  insert into audit_trail (at, actor, role, request_id, kind, subject, before, after)
  select coalesce(a.at, strftime('%Y-%m-%dT%H:%M:%fZ', 'now')), coalesce(a.actor, 'system'), coalesce(a.role, 'system'),
    a.request_id, 'customer', new.id, null, json_object('name', new.name, 'email', new.email, 'type', new.type, 'payment_terms', new.payment_terms, 'credit_limit_minor', new.credit_limit_minor)
  from (select 1) left join audit_actor a on a.id = 1;
end;

create trigger customers_audited_update after update on customers
when new.name is not old.name or new.email is not old.email or new.type is not old.type or new.payment_terms is not old.payment_terms or new.credit_limit_minor is not old.credit_limit_minor
begin
  insert into audit_trail (at, actor, role, request_id, kind, subject, before, after)
  select coalesce(a.at, strftime('%Y-%m-%dT%H:%M:%fZ', 'now')), coalesce(a.actor, 'system'), coalesce(a.role, 'system'),
    a.request_id, 'customer', new.id, json_object('name', old.name, 'email', old.email, 'type', old.type, 'payment_terms', old.payment_terms, 'credit_limit_minor', old.credit_limit_minor), json_object('name', new.name, 'email', new.email, 'type', new.type, 'payment_terms', new.payment_terms, 'credit_limit_minor', new.credit_limit_minor)
  from (select 1) left join audit_actor a on a.id = 1;
end;

create trigger tax_rate_periods_audited_insert after insert on tax_rate_periods
begin
  insert into audit_trail (at, actor, role, request_id, kind, subject, before, after)
  select coalesce(a.at, strftime('%Y-%m-%dT%H:%M:%fZ', 'now')), coalesce(a.actor, 'system'), coalesce(a.role, 'system'),
    a.request_id, 'tax-rate', new.region || ' ' || new.tax_class, null, json_object('valid_from', new.valid_from, 'name', new.name, 'rate_ppm', new.rate_ppm, 'inclusive', new.inclusive)
  from (select 1) left join audit_actor a on a.id = 1;
end;

create trigger tax_rate_periods_audited_update after update on tax_rate_periods
when new.valid_from is not old.valid_from or new.name is not old.name or new.rate_ppm is not old.rate_ppm or new.inclusive is not old.inclusive
begin
  insert into audit_trail (at, actor, role, request_id, kind, subject, before, after)
  select coalesce(a.at, strftime('%Y-%m-%dT%H:%M:%fZ', 'now')), coalesce(a.actor, 'system'), coalesce(a.role, 'system'),
    a.request_id, 'tax-rate', new.region || ' ' || new.tax_class, json_object('valid_from', old.valid_from, 'name', old.name, 'rate_ppm', old.rate_ppm, 'inclusive', old.inclusive), json_object('valid_from', new.valid_from, 'name', new.name, 'rate_ppm', new.rate_ppm, 'inclusive', new.inclusive)
  from (select 1) left join audit_actor a on a.id = 1;
end;

create trigger tax_rules_audited_insert after insert on tax_rules
begin
  insert into audit_trail (at, actor, role, request_id, kind, subject, before, after)
  select coalesce(a.at, strftime('%Y-%m-%dT%H:%M:%fZ', 'now')), coalesce(a.actor, 'system'), coalesce(a.role, 'system'),
    a.request_id, 'tax-rule', new.region, null, json_object('rounding', new.rounding, 'rounded_per', new.rounded_per)
  from (select 1) left join audit_actor a on a.id = 1;
end;

create trigger tax_rules_audited_update after update on tax_rules
when new.rounding is not old.rounding or new.rounded_per is not old.rounded_per
begin
  insert into audit_trail (at, actor, role, request_id, kind, subject, before, after)
  select coalesce(a.at, strftime('%Y-%m-%dT%H:%M:%fZ', 'now')), coalesce(a.actor, 'system'), coalesce(a.role, 'system'),
    a.request_id, 'tax-rule', new.region, json_object('rounding', old.rounding, 'rounded_per', old.rounded_per), json_object('rounding', new.rounding, 'rounded_per', new.rounded_per)
  from (select 1) left join audit_actor a on a.id = 1;
end;
