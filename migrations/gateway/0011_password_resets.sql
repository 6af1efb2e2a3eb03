-- Links with which users set a new password: only the SHA-256 of their tokens. A token works once, and not for long.
create table password_resets (
  token_hash text not null primary key,
  user_id text not null references users (id),
  requested_at text not null,
  expires_at text not null,
  used_at text
) strict, without rowid;
create index password_resets_by_user on password_resets (user_id);
create index password_resets_by_expiry on password_resets (expires_at);

create trigger password_resets_once before update on password_resets
when old.used_at is not null or new.used_at is null or new.used_at >= old.expires_at
begin
  select raise(abort, 'rule:password_resets_once');
end;
