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

create trigger warehouses_audited_insert after insert on warehouses
begin
  insert into audit_trail (at, actor, role, request_id, kind, subject, before, after)
  select coalesce(a.at, strftime('%Y-%m-%dT%H:%M:%fZ', 'now')), coalesce(a.actor, 'system'), coalesce(a.role, 'system'),
    a.request_id, 'warehouse', new.id, null, json_object('code', new.code, 'name', new.name, 'region', new.region)
  from (select 1) left join audit_actor a on a.id = 1;
end;

create trigger warehouses_audited_update after update on warehouses
when new.code is not old.code or new.name is not old.name or new.region is not old.region
begin
  insert into audit_trail (at, actor, role, request_id, kind, subject, before, after)
  select coalesce(a.at, strftime('%Y-%m-%dT%H:%M:%fZ', 'now')), coalesce(a.actor, 'system'), coalesce(a.role, 'system'),
    a.request_id, 'warehouse', new.id, json_object('code', old.code, 'name', old.name, 'region', old.region), json_object('code', new.code, 'name', new.name, 'region', new.region)
  from (select 1) left join audit_actor a on a.id = 1;
end;
