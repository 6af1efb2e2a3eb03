-- A guest reaches an order by its token, not by its id. Only the token's SHA-256 is kept.
create table guest_tokens (
  order_id text not null primary key references orders (id),
  token_hash text not null
) strict, without rowid;

create trigger guest_tokens_no_update before update on guest_tokens
begin
  select raise(abort, 'rule:guest_tokens_append_only');
end;

create trigger guest_tokens_no_delete before delete on guest_tokens
begin
  select raise(abort, 'rule:guest_tokens_append_only');
end;
