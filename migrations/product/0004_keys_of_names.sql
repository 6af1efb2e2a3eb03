-- SKUs that differ only in case or in Unicode form are one SKU, barcodes are one GTIN in each of their lengths: both get a
-- key, which is unique and by which they are found. The services compute it (kernel: Sku::key, Barcode::key); what is
-- shown stays as it was written.
--
-- Older data may have two SKUs with one key, or one GTIN in two lengths. Nothing is lost: the oldest gets the key, the
-- others have none, and are found by exactly what was written. So every lookup tries the text first, then the key.
alter table variants add column sku_key text;
alter table variants add column barcode_key text;

-- Older SKUs are ASCII.
update variants set sku_key = lower(sku)
where sku in (
  select sku from (
    select sku, row_number() over (partition by lower(sku) order by deleted_at is not null, product_id, sku) as place
    from variants)
  where place = 1);

create unique index variants_sku_key on variants (sku_key);

create trigger variants_sku_key before update of sku_key on variants
when new.sku_key is not old.sku_key
begin
  select raise(abort, 'rule:variants_sku_key:' || old.sku);
end;

-- The key of a GTIN is its 14 digits, if the last one checks the others (kernel/src/gtin.rs); of an ISBN with ten digits,
-- those of the ISBN with thirteen; of any other code, the code.
with codes as (
  select sku, barcode, deleted_at, product_id, replace(barcode, '-', '') as compact
  from variants where barcode is not null
), padded as (
  select sku, barcode, deleted_at, product_id, case
      when length(compact) = 10 and substr(compact, 1, 9) not glob '*[^0-9]*' and substr(compact, 10) glob '[0-9Xx]'
        and (10 * substr(compact, 1, 1) + 9 * substr(compact, 2, 1) + 8 * substr(compact, 3, 1)
          + 7 * substr(compact, 4, 1) + 6 * substr(compact, 5, 1) + 5 * substr(compact, 6, 1)
          + 4 * substr(compact, 7, 1) + 3 * substr(compact, 8, 1) + 2 * substr(compact, 9, 1)
          + iif(substr(compact, 10) in ('X', 'x'), 10, cast(substr(compact, 10) as integer))) % 11 = 0
        then '0978' || substr(compact, 1, 9)
      when length(compact) between 7 and 14 and compact not glob '*[^0-9]*'
        then substr('00000000000000' || compact, -14)
    end as digits
  from codes
), checked as (
  select sku, barcode, deleted_at, product_id, digits, cast((10 - (
      3 * (substr(digits, 1, 1) + substr(digits, 3, 1) + substr(digits, 5, 1) + substr(digits, 7, 1)
        + substr(digits, 9, 1) + substr(digits, 11, 1) + substr(digits, 13, 1))
      + substr(digits, 2, 1) + substr(digits, 4, 1) + substr(digits, 6, 1) + substr(digits, 8, 1)
      + substr(digits, 10, 1) + substr(digits, 12, 1)) % 10) % 10 as text) as last
  from padded
), keyed as (
  select sku, barcode, deleted_at, product_id,
    case when digits is null then barcode
      when length(digits) = 13 then digits || last
      when substr(digits, 14) = last then digits
      else barcode end as key
  from checked
), placed as (
  select sku, key, deleted_at,
    row_number() over (partition by key, deleted_at is null order by product_id, sku) as place
  from keyed
)
update variants set barcode_key = placed.key from placed
where placed.sku = variants.sku and (placed.deleted_at is not null or placed.place = 1);

create unique index variants_barcode_key on variants (barcode_key) where deleted_at is null and barcode_key is not null;
create index variants_by_barcode_key on variants (barcode_key) where barcode_key is not null;
