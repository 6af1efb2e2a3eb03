-- Sessions that have ended while access tokens of theirs may still be valid. Each isolate of the gateway reads what was
-- added since it last asked, so the numbers rise with the commits and are never used again.
create table revocations (
  number integer primary key autoincrement,
  session_id text not null,
  revoked_at text not null
) strict;
create index revocations_by_time on revocations (revoked_at);

-- However a session ends before its time, its tokens end with it.
create trigger sessions_revoked after update on sessions
when old.revoked_at is null and new.revoked_at is not null
begin
  insert into revocations (session_id, revoked_at) values (new.id, new.revoked_at);
end;

-- A session is opened for the user as the login has read them: a demotion in between is not missed.
alter table sessions add column user_version integer;

create trigger sessions_user_version before insert on sessions
when new.user_version is not (select version from users where id = new.user_id)
begin
  select raise(abort, 'rule:sessions_user_version');
end;
