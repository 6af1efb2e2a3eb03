//! The statements of the audit. Only they read whole tables.

store::statements! {
    COUNT_PRODUCTS: "select count(*) as n from products where deleted_at is null";
    COUNT_VARIANTS: "select count(*) as n from variants where deleted_at is null", scan "an audit counts what it looks at";
    /// The price must equal the last entry of the history.
    PRICES_WITHOUT_HISTORY: "select v.sku as name from variants v
        where v.price_minor is not (select h.price_minor from price_history h where h.sku = v.sku order by h.seq desc limit 1)
        limit 100", scan "an audit looks at every variant";
    PRODUCTS_WITHOUT_VARIANTS: "select p.id as name from products p
        where p.deleted_at is null
          and not exists (select 1 from variants v where v.product_id = p.id and v.deleted_at is null)
        limit 100";
    VARIANTS_OF_DELETED_PRODUCTS: "select v.sku as name from variants v join products p on p.id = v.product_id
        where v.deleted_at is null and p.deleted_at is not null limit 100", scan "an audit looks at every variant";
    UNSEARCHABLE_PRODUCTS: "select p.id as name from products p
        where (p.deleted_at is null) <> exists (select 1 from product_entries s where s.rowid = p.seq)
        limit 100", scan "an audit looks at every product";
    TIERS_WITHOUT_MINIMUM: "select v.sku as name from variants v
        where v.minimum_quantity is null and exists (select 1 from price_tiers t where t.sku = v.sku)
        limit 100", scan "an audit looks at every variant";
}
