-- Messages that no service could process, until a person replays or discards them. None is removed.

create table dead_letters (
  -- The message's id; for a body that is none, made from its hash.
  id text not null primary key,
  -- The queue it came from; empty when that is not known, and then it cannot be replayed.
  queue text not null,
  reason text not null,
  -- How often its reader tried it.
  attempts integer not null,
  body text not null,
  -- How often it was buried.
  count integer not null default 1,
  status text not null default 'New' constraint dead_letters_status check (status in ('New', 'Replayed', 'Discarded')),
  received_at text not null,
  buried_at text not null,
  settled_at text,
  settled_by text,
  -- Why it was discarded, or why the last replay failed.
  note text
) strict;
create index dead_letters_by_time on dead_letters (received_at, id);
create index dead_letters_by_status on dead_letters (status, received_at, id);

-- Of two people who settle one letter at once, one does.
create trigger dead_letters_settled before update of status on dead_letters
when old.status <> 'New' and new.status <> 'New'
begin
  select raise(abort, 'rule:dead_letters_settled');
end;

create trigger dead_letters_no_delete before delete on dead_letters
begin
  select raise(abort, 'rule:dead_letters_no_delete');
end;
