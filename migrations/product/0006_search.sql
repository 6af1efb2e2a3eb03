-- What each product that is not deleted is found by: rowid is products.seq. The entries are made when a product is written
-- (workers/product/src/domain/search.rs): folded, from each letter of a word, with typing errors of the most important
-- ones, and a letter before each that says where it is from. So the index only has to compare bytes, and the starts of
-- entries have indexes of their own. Like before it keeps no copy of the texts.
--
-- The index before it, products_search, stays for Workers of the release before, which run until the new ones have started.
-- A later release drops it.
create virtual table product_entries using fts5(
  entries, content = '', contentless_delete = 1, detail = none, tokenize = 'ascii', prefix = '4 5 6 7 8 9'
);

-- Products from before are found by the whole words of their name, brand and SKUs until their entries are made, some each
-- minute.
insert into product_entries (rowid, entries)
select p.seq, lower('n' || replace(p.name, ' ', ' n') || ' a' || replace(p.name, ' ', ' a')
    || coalesce(' a' || replace(p.brand, ' ', ' a'), '') || coalesce((
      select group_concat(' a' || v.sku, '') from variants v where v.product_id = p.id and v.deleted_at is null), ''))
from products p where p.deleted_at is null;

create table products_to_index (seq integer primary key) strict;
insert into products_to_index (seq) select seq from products where deleted_at is null;

-- A search finds more then.
create trigger products_to_index_version after delete on products_to_index
begin
  update catalogue_version set version = version + 1 where id = 1;
end;
