//! The items that the catalogue has.

store::statements! {
    /// `?1` is a list of `[SKU, key]`, `?4` the time of the message, `?5` the time of deletion, if it is a deletion. A message
    /// older than the last one changes nothing. A key belongs to the item that had it first.
    UPSERT_ITEMS: "insert into items (sku, product_id, name, changed_at, deleted_at, sku_key)
        select value ->> 0, ?2, ?3, ?4, ?5, iif(exists (select 1 from items k where k.sku_key = value ->> 1), null, value ->> 1)
        from json_each(?1) where true
        on conflict (sku) do update set product_id = excluded.product_id, name = excluded.name,
            changed_at = excluded.changed_at, deleted_at = excluded.deleted_at
        where excluded.changed_at >= items.changed_at";

    /// Variants that a product no longer has: `?2` are those that it still has.
    RETIRE_ITEMS: "update items set deleted_at = ?3, changed_at = ?3
        where product_id = ?1 and deleted_at is null and changed_at <= ?3
          and sku not in (select value from json_each(?2))";

    /// A stock row in every warehouse.
    STOCK_ITEMS: "insert into stock (warehouse_id, sku, discontinued)
        select w.id, i.sku, i.deleted_at is not null
        from json_each(?1) l cross join items i on i.sku = l.value cross join warehouses w
        where true on conflict do nothing";
}
