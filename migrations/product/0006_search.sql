-- The words of each product that is not deleted: rowid is products.seq. The entries are made when a product is written
-- (workers/product/src/domain/search.rs): folded, from each letter of a word, with typing errors of the most important
-- ones. So the index only has to compare bytes. Like before it keeps no copy of the texts.
drop table products_search;

create virtual table products_search using fts5(
  name, name_inside, others, others_inside, mistyped,
  content = '', contentless_delete = 1, detail = column, tokenize = 'ascii', prefix = '2 3'
);

-- Products from before are found by their whole words until their entries are made, some each minute.
insert into products_search (rowid, name, others)
select p.seq, lower(p.name), lower(coalesce(p.brand, '') || ' ' || p.tags || ' ' || coalesce((
    select group_concat(v.sku || ' ' || coalesce(v.barcode, ''), ' ') from variants v
    where v.product_id = p.id and v.deleted_at is null), ''))
from products p where p.deleted_at is null;

create table products_to_index (seq integer primary key) strict;
insert into products_to_index (seq) select seq from products where deleted_at is null;

-- A search finds more then.
create trigger products_to_index_version after delete on products_to_index
begin
  update catalogue_version set version = version + 1 where id = 1;
end;
