//! The statements that write: the same few for one product and for a chunk of a file.

store::statements! {
    /// `?1` is a list of `{id, name, slug}`; existing ones stay unchanged.
    ADD_CATEGORIES: "insert into categories (id, name, slug, created_at)
        select value ->> 'id', value ->> 'name', value ->> 'slug', ?2 from json_each(?1) where true
        on conflict (slug) do nothing";
    INSERT_CATEGORY: "insert into categories (id, name, slug, parent, created_at) values (?1, ?2, ?3, ?4, ?5)";

    /// `?1` is a list of products. An existing one must have the previous version; otherwise the rule
    /// `products_version` refuses the batch.
    WRITE_PRODUCTS: "insert into products (id, handle, name, description, category, category_slug, brand, tags, status,
            tax_class, version, created_at, updated_at, unlisted)
        select value ->> 'id', value ->> 'handle', value ->> 'name', value ->> 'description', value ->> 'category',
            value ->> 'categorySlug', value ->> 'brand', value ->> 'tags', value ->> 'status', value ->> 'taxClass',
            value ->> 'version', value ->> 'createdAt', value ->> 'updatedAt', value ->> 'unlisted'
        from json_each(?1) where true
        on conflict (id) do update set handle = excluded.handle, name = excluded.name,
            description = excluded.description, category = excluded.category, category_slug = excluded.category_slug,
            brand = excluded.brand, tags = excluded.tags, status = excluded.status, unlisted = excluded.unlisted, tax_class = excluded.tax_class,
            version = excluded.version, updated_at = excluded.updated_at, deleted_at = null";

    DELETE_PRODUCT: "update products set deleted_at = ?2, updated_at = ?2, version = ?3 where id = ?1";

    /// `?1` is a list of SKUs.
    DELETE_VARIANTS: "update variants set deleted_at = ?2, updated_at = ?2
        where sku in (select value from json_each(?1)) and deleted_at is null";
    /// Barcodes that move to another variant are freed before they are taken: the unique index is checked row by row.
    FREE_BARCODES: "update variants set barcode = null, barcode_key = null where sku in (select value from json_each(?1)) and deleted_at is null";
    /// `?1` is a list of variants. A SKU of another product breaks the rule `variants_sku`, one that differs only in case
    /// or Unicode form `variants.sku_key`, a barcode of another variant `variants.barcode_key`. A variant that has shared
    /// its GTIN with another since before GTINs had keys may keep it.
    WRITE_VARIANTS: "insert into variants (sku, product_id, position, name, barcode, options, kind, price_minor, cost_minor,
            cost_millionths, minimum_quantity, updated_at, sku_key, barcode_key)
        select value ->> 'sku', value ->> 'productId', value ->> 'position', value ->> 'name', value ->> 'barcode',
            value ->> 'options', value ->> 'kind', value ->> 'price', value ->> 'cost', value ->> 'costMillionths', value ->> 'minimum', ?2,
            value ->> 'skuKey', iif(exists (select 1 from variants o where o.sku = value ->> 'sku'
                and o.barcode = value ->> 'barcode' and o.barcode_key is null and o.deleted_at is null),
              null, value ->> 'barcodeKey')
        from json_each(?1) where true
        on conflict (sku) do update set product_id = excluded.product_id, position = excluded.position,
            name = excluded.name, barcode = excluded.barcode, barcode_key = excluded.barcode_key, options = excluded.options, kind = excluded.kind,
            price_minor = excluded.price_minor, cost_minor = excluded.cost_minor, cost_millionths = excluded.cost_millionths,
            minimum_quantity = excluded.minimum_quantity, updated_at = excluded.updated_at, deleted_at = null";
    /// `?1` is a list of SKUs.
    DELETE_TIERS: "delete from price_tiers where sku in (select value from json_each(?1))";
    /// `?1` is a list of `[sku, minimumQuantity, unitPriceMinor]`.
    INSERT_TIERS: "insert into price_tiers (sku, minimum_quantity, unit_price_minor)
        select value ->> 0, value ->> 1, value ->> 2 from json_each(?1)";

    /// `?1` is a list of `[product id, version, …]`; the product must have that version.
    UNINDEX_PRODUCTS: "delete from product_entries where rowid in (
        select p.seq from json_each(?1) j cross join products p on p.id = j.value ->> 0 and p.version = j.value ->> 1)";
    /// `?1` is a list of `[product id, version, entries]`.
    INDEX_PRODUCTS: "insert into product_entries (rowid, entries) select p.seq, j.value ->> 2
        from json_each(?1) j cross join products p on p.id = j.value ->> 0 and p.version = j.value ->> 1";
    /// `?1` is a list of `products.seq`.
    INDEXED: "delete from products_to_index where seq in (select value from json_each(?1))";
}
