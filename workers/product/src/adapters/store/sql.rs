//! The statements that read what is changed or exported. A product comes with its variants and their tiers as one row:
//! JSON in its last column, so that a page of products is one query. What is only shown is in `shown.rs`.

/// The SKU that a text and its key name: what was written goes before the key ([`kernel::text::Sku::key`]).
macro_rules! sku_of {
    ($text:literal, $key:literal) => {
        concat!(
            "coalesce((select k.sku from variants k where k.sku = ",
            $text,
            "),
            (select k.sku from variants k where k.sku_key = ",
            $key,
            "))"
        )
    };
}
pub(crate) use sku_of;

/// The SKU that has a barcode now, by the text and its key ([`kernel::text::Barcode::key`]).
macro_rules! scanned {
    ($text:literal, $key:literal) => {
        concat!(
            "coalesce((select b.sku from variants b where b.barcode = ",
            $text,
            " and b.deleted_at is null),
            (select b.sku from variants b where b.barcode_key = ",
            $key,
            " and b.deleted_at is null))"
        )
    };
}
pub(crate) use scanned;

/// The columns of a product `p`, with the variants that are not deleted.
macro_rules! product {
    ($rest:expr) => {
        concat!(
            "select p.seq, p.id, p.handle, p.name, p.description, p.category, p.brand, p.tags,
               iif(p.unlisted, 'Unlisted', p.status) as status, p.tax_class, p.version, p.created_at, p.updated_at, p.deleted_at is not null as deleted,
               (select json_group_array(json_object('sku', v.sku, 'name', v.name, 'barcode', v.barcode,
                   'options', json(v.options), 'kind', v.kind, 'price', v.price_minor, 'cost', v.cost_minor, 'cost_millionths', v.cost_millionths,
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
    /// `?1` is a SKU, `?2` its key.
    FIND_BY_SKU: product!(concat!("variants s join products p on p.id = s.product_id
        where s.sku = ", sku_of!("?1", "?2"), " and s.deleted_at is null"));

    /// For an export.
    LIST_PRODUCTS: product!("products p where p.seq > cast(?1 as integer) and p.deleted_at is null
        order by p.seq limit cast(?2 as integer)");
    /// Those whose search entries are still to be made.
    LIST_TO_INDEX: product!("(select seq from products_to_index where seq > 0 order by seq limit cast(?1 as integer)) t
        cross join products p on p.seq = t.seq where p.deleted_at is null");
    /// `?1` is a list of handles; deleted products are included.
    LIST_BY_HANDLES: product!("json_each(?1) j cross join products p on p.handle = j.value");
    LIST_HANDLE_OWNERS: "select p.handle as name, p.id as product_id from json_each(?1) j cross join products p on p.handle = j.value";
    /// `?1` is a list of `[SKU, key]`. The SKUs of deleted variants still have an owner.
    LIST_SKU_OWNERS: concat!("select j.value ->> 0 as name, v.sku, v.product_id
        from json_each(?1) j cross join variants v on v.sku = ", sku_of!("j.value ->> 0", "j.value ->> 1"));
    /// `?1` is a list of `[barcode, key]`.
    LIST_BARCODE_OWNERS: concat!("select j.value ->> 0 as name, v.sku, v.product_id
        from json_each(?1) j cross join variants v on v.sku = ", scanned!("j.value ->> 0", "j.value ->> 1"));

    /// For the order service: `?1` is a list of `[SKU, key]`, `?2` of `[barcode, key]`. Deleted variants are included, as not active: a till that was
    /// offline may have sold them. A barcode means the variant that has it now, otherwise those that had it.
    RESOLVE_VARIANTS: concat!("select v.sku, v.product_id, v.barcode, p.name as product_name, v.name as variant_name, v.kind,
          p.status = 'Active' and p.deleted_at is null and v.deleted_at is null as active,
          p.tax_class, v.price_minor, v.minimum_quantity,
          (select json_group_array(json_array(t.minimum_quantity, t.unit_price_minor) order by t.minimum_quantity)
           from price_tiers t where t.sku = v.sku) as tiers
        from variants v join products p on p.id = v.product_id
        where v.sku in (
          select ", sku_of!("j.value ->> 0", "j.value ->> 1"), " from json_each(?1) j
          union
          select ", scanned!("j.value ->> 0", "j.value ->> 1"), " from json_each(?2) j
          union
          select h.sku from json_each(?2) j cross join variants h on h.barcode_key = j.value ->> 1
          where ", scanned!("j.value ->> 0", "j.value ->> 1"), " is null)");

    CATALOGUE_VERSION: "select version from catalogue_version where id = 1";

    LIST_CATEGORIES: "select id, name, slug, parent, created_at from categories where slug > ?1 order by slug limit cast(?2 as integer)";

    /// The newest first, before the key `?2`; `?4` is the key of the SKU `?1`.
    LIST_PRICE_HISTORY: concat!("select seq, previous_minor, price_minor, changed_at from price_history
        where sku = ", sku_of!("?1", "?4"), " and seq < cast(?2 as integer) order by seq desc limit cast(?3 as integer)");
}
