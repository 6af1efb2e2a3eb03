//! Warehouses.

store::statements! {
    /// The trigger gives it its totals.
    INSERT_WAREHOUSE: "insert into warehouses (id, code, name, region, created_at, time_zone) values (?1, ?2, ?3, ?4, ?5, ?6)";

    /// Every item is kept in every warehouse.
    STOCK_WAREHOUSE: "insert into stock (warehouse_id, sku, discontinued) select ?1, sku, deleted_at is not null from items where true",
        scan "every item, once in the life of a warehouse";

    FIND_WAREHOUSE: "select id, code, name, region, time_zone, version from warehouses where id = ?1";

    LIST_WAREHOUSES: "select id, code, name, region, time_zone, version from warehouses where code > ?1 order by code limit cast(?2 as integer)";

    /// A stale version breaks the rule `warehouses_version`.
    UPDATE_WAREHOUSE: "update warehouses set code = ?2, name = ?3, region = ?4, time_zone = ?6, version = cast(?5 as integer) + 1 where id = ?1";
}
