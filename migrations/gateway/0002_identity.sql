-- Who may come in: users, their sessions and API keys, and what they did.

create table users (
  id text not null primary key,
  email text not null unique,
  name text not null,
  role text not null constraint users_role
    check (role in ('admin', 'manager', 'accountant', 'warehouse', 'cashier', 'wholesaler', 'customer')),
  -- The customer a wholesaler or customer acts for.
  customer_id text,
  password_hash text not null,
  disabled integer not null default 0 constraint users_disabled check (disabled in (0, 1)),
  created_at text not null,
  -- A deleted user is a row without a name: ids in the audit log and in orders stay explained.
  deleted_at text,
  version integer not null default 1,
  constraint users_customer check (
    deleted_at is not null
    or (role = 'wholesaler' and customer_id is not null)
    or role = 'customer'
    or (role not in ('wholesaler', 'customer') and customer_id is null)
  )
) strict;
create index users_admins on users (role) where role = 'admin' and disabled = 0;

-- A change names the version it was made for: the slower of two is refused, not lost.
create trigger users_version before update on users
when new.version <> old.version + 1
begin
  select raise(abort, 'rule:users_version');
end;

create trigger users_deleted before update on users
when old.deleted_at is not null
begin
  select raise(abort, 'rule:users_deleted');
end;

create trigger users_last_admin before update on users
when old.role = 'admin' and old.disabled = 0 and (new.role <> 'admin' or new.disabled = 1)
  and not exists (select 1 from users where role = 'admin' and disabled = 0 and id <> old.id)
begin
  select raise(abort, 'rule:users_last_admin');
end;

create trigger users_no_delete before delete on users
begin
  select raise(abort, 'rule:users_no_delete');
end;

-- A login and the refresh tokens that follow from it: a family. It ends by logout, by the reuse of a
-- token, by a new password, or by age.
create table sessions (
  id text not null primary key,
  user_id text not null references users (id),
  created_at text not null,
  expires_at text not null,
  revoked_at text,
  revoked_because text
) strict;
create index sessions_by_user on sessions (user_id) where revoked_at is null;
create index sessions_by_expiry on sessions (expires_at);

-- Refresh tokens by their SHA-256. A token is used up when another names it as its predecessor, so
-- the second use of one breaks `refresh_tokens.previous_hash`.
create table refresh_tokens (
  token_hash text not null primary key,
  session_id text not null references sessions (id) on delete cascade,
  previous_hash text unique,
  issued_at text not null
) strict, without rowid;
create index refresh_tokens_by_session on refresh_tokens (session_id);

create trigger refresh_tokens_session before insert on refresh_tokens
when not exists (
  select 1 from sessions s join users u on u.id = s.user_id
  where s.id = new.session_id and s.revoked_at is null and s.expires_at > new.issued_at and u.disabled = 0
)
begin
  select raise(abort, 'rule:refresh_tokens_session');
end;

-- API keys by their SHA-256, for programs.
create table api_keys (
  id text not null primary key,
  user_id text not null references users (id),
  name text not null,
  -- The first characters, to recognise a key by.
  hint text not null,
  key_hash text not null unique,
  role text not null constraint api_keys_role
    check (role in ('admin', 'manager', 'accountant', 'warehouse', 'cashier', 'wholesaler', 'customer')),
  created_at text not null,
  revoked_at text
) strict;
create index api_keys_by_user on api_keys (user_id, id);

-- Attempts to log in that have not succeeded, per e-mail and per client address: a sliding window.
-- An attempt is counted before the password is looked at, so that attempts made at once count too, but
-- weighs more when it has failed. Each row carries the limit that it was admitted under.
create table login_attempts (
  subject text not null,
  attempted_at text not null,
  id text not null,
  window_start text not null,
  allowed integer not null,
  weight integer not null default 1,
  primary key (subject, attempted_at, id)
) strict, without rowid;
create index login_attempts_by_time on login_attempts (attempted_at);

create trigger login_attempts_limit before insert on login_attempts
when (select total(weight) from login_attempts where subject = new.subject and attempted_at > new.window_start) >= new.allowed
begin
  select raise(abort, 'rule:login_attempts_limit');
end;

-- What people did at the door, append-only.
create table audit_log (
  id text not null primary key,
  occurred_at text not null,
  -- A user's id, or `guest`.
  actor text not null,
  role text not null,
  action text not null,
  -- What it was done to: a user, a key, a dead letter; of a failed login the e-mail.
  subject text not null,
  detail text not null,
  address text,
  request_id text not null
) strict, without rowid;
create index audit_log_by_action on audit_log (action, id);
create index audit_log_by_actor on audit_log (actor, id);

create trigger audit_log_no_update before update on audit_log
begin
  select raise(abort, 'rule:audit_log_append_only');
end;

create trigger audit_log_no_delete before delete on audit_log
begin
  select raise(abort, 'rule:audit_log_append_only');
end;
