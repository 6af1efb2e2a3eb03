-- What a user needs to recognise a session by, and what an API key may do, from where and for how long.
alter table sessions add column last_used_at text;
alter table sessions add column address text;
alter table sessions add column user_agent text;

-- Keys of an older release have neither scope nor end.
alter table api_keys add column scope text constraint api_keys_scope check (scope is null or json_valid(scope));
alter table api_keys add column addresses text constraint api_keys_addresses check (addresses is null or json_valid(addresses));
alter table api_keys add column expires_at text;
alter table api_keys add column last_used_at text;
