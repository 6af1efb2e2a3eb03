//! The statements that read. A product comes with its variants and their tiers as one row: JSON in its
//! last column, so that a page of products is one query.

/// The columns of a product `p`, with the variants that are not deleted.
macro_rules! product {
    ($rest:literal) => {
        concat!(
            "select p.seq, p.id, p.handle, p.name, p.description, p.category, p.brand, p.tags, p.status, p.tax_class,
               p.version, p.created_at, p.updated_at, p.deleted_at is not null as deleted,
               (select json_group_array(json_object('sku', v.sku, 'name', v.name, 'barcode', v.barcode,
                   'options', json(v.options), 'kind', v.kind, 'price', v.price_minor, 'cost', v.cost_minor,
                   'minimum', v.minimum_quantity, 'tiers', json((
                     select json_group_array(json_array(t.minimum_quantity, t.unit_price_minor) order by t.minimum_quantity)
                     from price_tiers t where t.sku = v.sku))) order by v.position)
                from variants v where v.product_id = p.id and v.deleted_at is null) as variants
             from ",
            $rest
        )
    };
}

store::statements! {
    FIND_PRODUCT: product!("products p where p.id = ?1 and p.deleted_at is null");
    FIND_BY_SKU: product!("variants s join products p on p.id = s.product_id where s.sku = ?1 and s.deleted_at is null");
    FIND_BY_BARCODE: product!("variants s join products p on p.id = s.product_id where s.barcode = ?1 and s.deleted_at is null");

    LIST_PRODUCTS: product!("products p where p.seq > cast(?1 as integer) and p.deleted_at is null
        order by p.seq limit cast(?2 as integer)");
    LIST_BY_STATUS: product!("products p where p.status = ?3 and p.seq > cast(?1 as integer) and p.deleted_at is null
        order by p.seq limit cast(?2 as integer)");
    LIST_BY_CATEGORY: product!("products p where p.category_slug = ?3 and p.seq > cast(?1 as integer)
        and p.deleted_at is null order by p.seq limit cast(?2 as integer)");
    LIST_BY_CATEGORY_AND_STATUS: product!("products p where p.category_slug = ?3 and p.status = ?4
        and p.seq > cast(?1 as integer) and p.deleted_at is null order by p.seq limit cast(?2 as integer)");
    /// The index returns rows in the order of rowid, which is seq. So a page reads no more matches than it shows,
    /// except those that the other filters exclude.
    SEARCH_PRODUCTS: product!("products_search cross join products p on p.seq = products_search.rowid
        where products_search match ?3 and products_search.rowid > cast(?1 as integer)
          and (?4 is null or p.category_slug = ?4) and (?5 is null or p.status = ?5) and p.deleted_at is null
        order by products_search.rowid limit cast(?2 as integer)");

    /// `?1` is a list of handles; deleted products are included.
    LIST_BY_HANDLES: product!("json_each(?1) j cross join products p on p.handle = j.value");
    LIST_HANDLE_OWNERS: "select p.handle as name, p.id as product_id from json_each(?1) j cross join products p on p.handle = j.value";
    /// The SKUs of deleted variants still have an owner.
    LIST_SKU_OWNERS: "select v.sku as name, v.product_id from json_each(?1) j cross join variants v on v.sku = j.value";
    LIST_BARCODE_OWNERS: "select v.barcode as name, v.sku, v.product_id
        from json_each(?1) j cross join variants v on v.barcode = j.value where v.deleted_at is null";

    /// For the order service: `?1` SKUs, `?2` barcodes. Deleted variants are included, as not active: a till that was
    /// offline may have sold them. A barcode means the variant that has it now, otherwise those that had it.
    RESOLVE_VARIANTS: "select v.sku, v.product_id, v.barcode, p.name as product_name, v.name as variant_name, v.kind,
          p.status = 'Active' and p.deleted_at is null and v.deleted_at is null as active,
          p.tax_class, v.price_minor, v.minimum_quantity,
          (select json_group_array(json_array(t.minimum_quantity, t.unit_price_minor) order by t.minimum_quantity)
           from price_tiers t where t.sku = v.sku) as tiers
        from variants v join products p on p.id = v.product_id
        where v.sku in (
          select value from json_each(?1)
          union
          select b.sku from json_each(?2) j cross join variants b on b.barcode = j.value
          where b.deleted_at is null or not exists (
            select 1 from variants n where n.barcode = b.barcode and n.deleted_at is null))";

    CATALOGUE_VERSION: "select version from catalogue_version where id = 1";

    LIST_CATEGORIES: "select id, name, slug, parent, created_at from categories where slug > ?1 order by slug limit cast(?2 as integer)";

    /// The newest first, before the key `?2`.
    LIST_PRICE_HISTORY: "select seq, previous_minor, price_minor, changed_at from price_history
        where sku = ?1 and seq < cast(?2 as integer) order by seq desc limit cast(?3 as integer)";
}
