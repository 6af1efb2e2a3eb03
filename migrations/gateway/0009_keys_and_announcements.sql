-- The audit trail also has API keys; never the key, and not each use of it.

create trigger api_keys_audited_insert after insert on api_keys
begin
  insert into audit_trail (at, actor, role, request_id, kind, subject, before, after)
  select coalesce(a.at, strftime('%Y-%m-%dT%H:%M:%fZ', 'now')), coalesce(a.actor, 'system'), coalesce(a.role, 'system'),
    a.request_id, 'api-key', new.id, null, json_object('user_id', new.user_id, 'name', new.name, 'role', new.role, 'scope', new.scope, 'addresses', new.addresses, 'expires_at', new.expires_at, 'revoked_at', new.revoked_at)
  from (select 1) left join audit_actor a on a.id = 1;
end;

create trigger api_keys_audited_update after update on api_keys
when new.user_id is not old.user_id or new.name is not old.name or new.role is not old.role or new.scope is not old.scope or new.addresses is not old.addresses or new.expires_at is not old.expires_at or new.revoked_at is not old.revoked_at
begin
  insert into audit_trail (at, actor, role, request_id, kind, subject, before, after)
  select coalesce(a.at, strftime('%Y-%m-%dT%H:%M:%fZ', 'now')), coalesce(a.actor, 'system'), coalesce(a.role, 'system'),
    a.request_id, 'api-key', new.id, json_object('user_id', old.user_id, 'name', old.name, 'role', old.role, 'scope', old.scope, 'addresses', old.addresses, 'expires_at', old.expires_at, 'revoked_at', old.revoked_at), json_object('user_id', new.user_id, 'name', new.name, 'role', new.role, 'scope', new.scope, 'addresses', new.addresses, 'expires_at', new.expires_at, 'revoked_at', new.revoked_at)
  from (select 1) left join audit_actor a on a.id = 1;
end;

-- Users of whom no event has told yet: those from before there were readers, and those that a script has added. The order
-- service wants to know who may sell.
create table users_to_announce (
  user_id text not null primary key references users (id)
) strict, without rowid;
insert into users_to_announce (user_id) select id from users;

create trigger users_announce after insert on users
begin
  insert into users_to_announce (user_id) values (new.id);
end;
