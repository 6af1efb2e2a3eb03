-- Carts: what a shopper has put together. A cart reserves nothing and keeps no price but the one its shopper was shown, to
-- say what has changed. It belongs to an account, or to whoever has its token, whose SHA-256 alone is kept.
create table carts (
  id text not null primary key,
  warehouse_id text not null,
  owner text,
  token_hash text,
  -- How it ended: ordered, or taken into the cart of an account.
  order_id text constraint carts_order_id unique references orders (id),
  merged_into text references carts (id),
  created_at text not null,
  updated_at text not null,
  expires_at text not null,
  version integer not null default 1,
  constraint carts_one_owner check ((owner is null) <> (token_hash is null)),
  constraint carts_one_end check (order_id is null or merged_into is null)
) strict, without rowid;

-- An account has one cart.
create unique index carts_owner on carts (owner) where owner is not null and order_id is null;
create index carts_expired on carts (expires_at);
create index carts_merged on carts (merged_into) where merged_into is not null;

create table cart_lines (
  cart_id text not null references carts (id) on delete cascade,
  line integer not null constraint cart_lines_most check (line between 1 and 100),
  sku text not null,
  quantity integer not null constraint cart_lines_quantity check (quantity between 1 and 999),
  -- The unit price when the line was put.
  seen_price_minor integer not null,
  primary key (cart_id, sku)
) strict, without rowid;

-- A change names the version it was made from, and what has ended does not change.
create trigger carts_version before update on carts
when new.version <> old.version + 1 or new.id <> old.id
begin
  select raise(abort, 'rule:carts_version');
end;

create trigger carts_ended before update on carts
when old.order_id is not null or old.merged_into is not null
begin
  select raise(abort, 'rule:carts_ended');
end;
