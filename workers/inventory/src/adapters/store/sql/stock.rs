//! The stock of the warehouses.

/// A row of stock as it is listed.
macro_rules! stock_row {
    () => {
        "select s.warehouse_id, s.sku, i.product_id, i.name, s.on_hand, s.value_minor, s.reorder_point, s.alert
        from stock s join items i on i.sku = s.sku"
    };
}

store::statements! {
    SHOWN_STOCK_VERSION: "select version from shown_stock_version where id = 1";

    /// `?2` is a list of `[SKU, key]`.
    LIST_ON_HAND: concat!("select a.value ->> 0 as asked, s.sku, s.on_hand as units, s.value_minor
        from json_each(?2) a cross join stock s
          on s.warehouse_id = ?1 and s.sku = ", sku_of!("a.value ->> 0", "a.value ->> 1"));

    /// Here and below the last parameter is the key of the SKU.
    FIND_STOCK: concat!(stock_row!(), " where s.warehouse_id = ?1 and s.sku = ", sku_of!("?2", "?3"));

    /// After the warehouse `?1` and the SKU `?2`.
    LIST_STOCK: concat!(stock_row!(), " where (s.warehouse_id, s.sku) > (?1, ?2)
        order by s.warehouse_id, s.sku limit cast(?3 as integer)");

    LIST_STOCK_OF_WAREHOUSE: concat!(stock_row!(), " where s.warehouse_id = ?1 and s.sku > ?2
        order by s.sku limit cast(?3 as integer)");

    LIST_STOCK_OF_SKU: concat!(stock_row!(), " where s.sku = ", sku_of!("?2", "?4"), " and s.warehouse_id > ?1
        order by s.warehouse_id limit cast(?3 as integer)");

    /// Every warehouse's row of one SKU: at most a thousand.
    LIST_STOCK_OF_ITEM: concat!(stock_row!(), " where s.sku = ", sku_of!("?1", "?2"), " order by s.warehouse_id");

    LIST_ALERTS: concat!(stock_row!(), " where s.alert > 0 and (s.warehouse_id, s.sku) > (?1, ?2)
        order by s.warehouse_id, s.sku limit cast(?3 as integer)");

    LIST_ALERTS_OF_WAREHOUSE: concat!(stock_row!(), " where s.alert > 0 and s.warehouse_id = ?1 and s.sku > ?2
        order by s.sku limit cast(?3 as integer)");

    SET_REORDER_POINT: concat!("update stock set reorder_point = ?3 where warehouse_id = ?1 and sku = ", sku_of!("?2", "?4"));

    LIST_TOTALS: "select place, units, value_minor from stock_totals order by place",
        scan "the running totals: a row per warehouse";

    /// The running totals at the end of the day `?1`: without what happened since.
    LIST_TOTALS_AS_OF: "select t.place, t.units - coalesce(sum(d.units), 0) as units, t.value_minor - coalesce(sum(d.value_minor), 0) as value_minor
        from stock_totals t left join (select place, sum(units) as units, sum(value_minor) as value_minor
            from stock_days where day > ?1 group by place) d on d.place = t.place
        group by t.place order by t.place",
        scan "the running totals: a row per warehouse";

    SUM_TOTALS: "select sum(low_stock) as low_stock, sum(out_of_stock) as out_of_stock, sum(value_minor) as valuation_minor
        from stock_totals", scan "the running totals: a row per warehouse";
}
