-- Products, their variants and prices, and the index that searches them.

-- Categories come into being by their own route or with the first product that names one. Products and
-- children refer to the slug, which never changes.
create table categories (
  id text not null primary key,
  name text not null,
  slug text not null constraint categories_slug unique,
  parent text references categories (slug),
  created_at text not null
) strict;
create index categories_by_parent on categories (parent);

-- seq is the order of creation: the key of every page, and the rowid of the search index.
-- A product is never deleted, only marked: its SKUs stay its own for ever, its handle brings it back.
create table products (
  seq integer primary key,
  id text not null constraint products_id unique,
  handle text not null constraint products_handle unique,
  name text not null,
  description text,
  category text,
  category_slug text references categories (slug),
  brand text,
  tags text not null default '[]',
  status text not null constraint products_status check (status in ('Active', 'Draft', 'Archived')),
  tax_class text not null default 'standard',
  version integer not null default 1,
  created_at text not null,
  updated_at text not null,
  deleted_at text,
  constraint products_category check ((category is null) = (category_slug is null))
) strict;
create index products_by_status on products (status) where deleted_at is null;
create index products_by_category on products (category_slug);
create index products_by_category_and_status on products (category_slug, status) where deleted_at is null;

-- Optimistic concurrency: a writer says which version it read, by writing the next one.
create trigger products_version before update on products
when new.version <> old.version + 1
begin
  select raise(abort, 'rule:products_version:' || old.id);
end;

create trigger products_no_delete before delete on products
begin
  select raise(abort, 'rule:products_no_delete');
end;

-- Everything sellable. The SKU is its name for ever: it is never given to another product, not even
-- after the variant is marked as deleted. A barcode is free again then.
create table variants (
  sku text not null primary key,
  product_id text not null references products (id),
  position integer not null,
  name text not null,
  barcode text,
  options text not null default '{}',
  kind text not null constraint variants_kind check (kind in ('Goods', 'Shipping', 'Fee', 'Discount')),
  price_minor integer not null constraint variants_price check (price_minor between 0 and 9007199254740991),
  cost_minor integer constraint variants_cost check (cost_minor between 0 and 9007199254740991),
  minimum_quantity integer constraint variants_minimum_quantity check (minimum_quantity between 1 and 1000000),
  updated_at text not null,
  deleted_at text
) strict, without rowid;
create index variants_by_product on variants (product_id, position);
create unique index variants_barcode on variants (barcode) where deleted_at is null and barcode is not null;
create index variants_by_barcode on variants (barcode) where barcode is not null;

create trigger variants_sku before update of sku, product_id on variants
when new.sku is not old.sku or new.product_id is not old.product_id
begin
  select raise(abort, 'rule:variants_sku:' || old.sku);
end;

create trigger variants_no_delete before delete on variants
begin
  select raise(abort, 'rule:variants_no_delete');
end;

-- Volume prices of wholesale; only variants with a minimum quantity have some.
create table price_tiers (
  sku text not null references variants (sku),
  minimum_quantity integer not null constraint price_tiers_minimum_quantity check (minimum_quantity between 1 and 1000000),
  unit_price_minor integer not null constraint price_tiers_unit_price check (unit_price_minor between 0 and 9007199254740991),
  primary key (sku, minimum_quantity)
) strict, without rowid;

-- Every retail price a variant ever had, written by the variants' own triggers, append-only.
create table price_history (
  seq integer primary key,
  sku text not null,
  previous_minor integer,
  price_minor integer not null,
  changed_at text not null
) strict;
create index price_history_by_sku on price_history (sku, seq);

create trigger variants_first_price after insert on variants
begin
  insert into price_history (sku, previous_minor, price_minor, changed_at)
  values (new.sku, null, new.price_minor, new.updated_at);
end;

create trigger variants_new_price after update of price_minor on variants
when new.price_minor <> old.price_minor
begin
  insert into price_history (sku, previous_minor, price_minor, changed_at)
  values (new.sku, old.price_minor, new.price_minor, new.updated_at);
end;

create trigger price_history_no_update before update on price_history
begin
  select raise(abort, 'rule:price_history_append_only');
end;

create trigger price_history_no_delete before delete on price_history
begin
  select raise(abort, 'rule:price_history_append_only');
end;

-- The words of each product that is not deleted: rowid is products.seq. The index keeps no copy of the
-- texts; the batch that changes a product writes its words, because descriptions lose their markup first.
create virtual table products_search using fts5(
  name, brand, codes, tags, description,
  content = '', contentless_delete = 1, tokenize = 'unicode61 remove_diacritics 2', prefix = '2 3'
);
