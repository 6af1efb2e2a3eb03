-- Mails to people. A mail is what it says, as data: its words follow from its language and the template. It is kept for
-- as long as the setting MAIL_DAYS says; then only that there was one.

create table mails (
  id text not null primary key,
  template text not null,
  language text not null constraint mails_language check (language in ('en', 'de')),
  recipient text not null,
  recipient_name text,
  subject text not null,
  -- What it says, as JSON; null once it is forgotten.
  content text constraint mails_content check (content is null or json_valid(content)),
  -- The part of its link that only the recipient may know. Nobody else is shown it.
  secret text,
  status text not null constraint mails_status check (status in ('Queued', 'Sending', 'Sent', 'Failed', 'Bounced')),
  -- A person may have it sent again: each round is a message of its own, with its own Message-ID.
  round integer not null default 1 constraint mails_round check (round >= 1),
  queued_at text not null,
  attempts integer not null default 0 constraint mails_attempts check (attempts >= 0),
  -- Attempts after which nobody knows whether the server has taken it.
  unknown integer not null default 0 constraint mails_unknown check (unknown between 0 and attempts),
  last_error text,
  -- The provider's name for it.
  provider_id text,
  -- When it is due: to be sent, or to be taken up again if its attempt never ended. Null when there is nothing to do.
  next_at text,
  created_at text not null,
  sent_at text,
  version integer not null default 1,
  constraint mails_due check ((status in ('Queued', 'Sending')) = (next_at is not null)),
  constraint mails_sent check (status <> 'Sent' or sent_at is not null),
  constraint mails_forgotten check (content is not null or secret is null)
) strict;
create index mails_by_due on mails (next_at) where next_at is not null;
create index mails_by_status on mails (status, id);
create index mails_by_recipient on mails (recipient, id);
create index mails_by_provider_id on mails (provider_id) where provider_id is not null;
create index mails_to_forget on mails (created_at) where content is not null;

-- Two that take up the same mail at once: the slower one is refused.
create trigger mails_version before update on mails
when new.version <> old.version + 1
begin
  select raise(abort, 'rule:mails_version');
end;

create trigger mails_transition before update of status on mails
when (old.status, new.status) not in (values
  ('Queued', 'Queued'), ('Queued', 'Sending'), ('Queued', 'Failed'),
  ('Sending', 'Sending'), ('Sending', 'Queued'), ('Sending', 'Sent'), ('Sending', 'Failed'),
  ('Sent', 'Sent'), ('Sent', 'Bounced'), ('Sent', 'Queued'),
  ('Failed', 'Failed'), ('Failed', 'Queued'), ('Failed', 'Bounced'),
  ('Bounced', 'Bounced'), ('Bounced', 'Queued'))
begin
  select raise(abort, 'rule:mails_transition');
end;

-- A round is sent once: back to Queued from an end is another round.
create trigger mails_sent_once before update of status on mails
when old.status in ('Sent', 'Failed', 'Bounced') and new.status = 'Queued' and new.round <> old.round + 1
begin
  select raise(abort, 'rule:mails_sent_once');
end;

create trigger mails_no_delete before delete on mails
begin
  select raise(abort, 'rule:mails_kept');
end;

-- Each attempt. One without an end was under way when its Worker stopped: nobody knows what the server did.
create table attempts (
  mail_id text not null references mails (id),
  round integer not null,
  attempt integer not null,
  began_at text not null,
  ended_at text,
  outcome text constraint attempts_outcome check (outcome in ('Accepted', 'Delayed', 'Refused', 'Unknown')),
  detail text,
  primary key (mail_id, round, attempt)
) strict, without rowid;

create trigger attempts_no_delete before delete on attempts
begin
  select raise(abort, 'rule:attempts_kept');
end;

-- Addresses that do not exist. Nothing is sent there until a person has a mail sent again.
create table dead_addresses (
  email text not null primary key,
  reason text not null,
  mail_id text not null,
  since text not null
) strict, without rowid;

-- Whose batch it is, and who changed what: as in the other services.
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

-- Who had a mail sent again.
create trigger mails_audited after update of round on mails
when new.round <> old.round
begin
  insert into audit_trail (at, actor, role, request_id, kind, subject, before, after)
  select coalesce(a.at, strftime('%Y-%m-%dT%H:%M:%fZ', 'now')), coalesce(a.actor, 'system'), coalesce(a.role, 'system'),
    a.request_id, 'mail', new.id, json_object('round', old.round, 'status', old.status),
    json_object('round', new.round, 'status', new.status)
  from (select 1) left join audit_actor a on a.id = 1;
end;
