-- SKUs that differ only in case or in Unicode form are one SKU: they have the same key (kernel: Sku::key). The catalogue
-- never makes two of them, but older data may have some: the first keeps the key, the others are found by exactly what was
-- written. So every lookup tries the text first, then the key. Older SKUs are ASCII.
alter table items add column sku_key text;

update items set sku_key = lower(sku)
where sku in (
  select sku from (
    select sku, row_number() over (partition by lower(sku) order by deleted_at is not null, product_id, sku) as place
    from items)
  where place = 1);

create unique index items_sku_key on items (sku_key);
