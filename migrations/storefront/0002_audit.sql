-- The shop has no data of its own, so nothing is changed in it. It has the trail that every service is asked for, and it is
-- empty.
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
