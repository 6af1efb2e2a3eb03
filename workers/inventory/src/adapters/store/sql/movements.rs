//! Every change of stock: an operation that happens once, and its movements, from which a repeated call is answered.
//! Also the orders that were refused for lack of stock.

/// A movement as it is listed.
macro_rules! movement {
    () => {
        "select seq, id, operation_id, warehouse_id, sku, kind, quantity, value_minor, reason,
            needs_review, review_note, reviewed_by, reviewed_at, occurred_at from movements"
    };
}

store::statements! {
    /// What makes a change happen once: a second one with the id breaks the primary key.
    INSERT_OPERATION: "insert into stock_operations (id, kind, warehouse_id, request, created_at) values (?1, ?2, ?3, ?4, ?5)";

    /// The column `answer` belongs to an older release: today answers are built from the movements.
    FIND_OPERATION: "select kind, request, created_at from stock_operations where id = ?1";

    /// The movements of an operation.
    LIST_MOVED: "select kind, sku, quantity, value_minor from movements where operation_id = ?1";

    /// An order is refused once, and not if its goods are already taken or available by now. `?3` is a list of
    /// `contracts::stock::ItemAvailability`.
    INSERT_REFUSAL: "insert into stock_refusals (order_id, request, answer, created_at) values (?1, ?2, ?3, ?4)";

    FIND_REFUSAL: "select request, answer from stock_refusals where order_id = ?1";

    /// The goods have already left: an earlier refusal does not block them.
    OVERRULE_REFUSAL: "update stock_refusals set overruled_at = ?2 where order_id = ?1 and overruled_at is null";

    /// The only way in which stock changes. `?3` is the kind, `?4` the reason, `?5` a list of `{sku, delta, value}`:
    /// removed units leave at the moving average, added units bring `value` or, without one, the average. A SKU without
    /// a stock row breaks the rule `movements_stock`, too little stock breaks `stock_on_hand`.
    INSERT_MOVEMENTS: concat!("insert into movements (id, operation_id, warehouse_id, sku, kind, quantity, value_minor, reason, occurred_at)
        select ?1 || ':' || (i.value ->> 'sku'), ?1, ?2, i.value ->> 'sku', ?3, i.value ->> 'delta',
               case when i.value ->> 'delta' < 0 then -", value_leaving!("s", "-(i.value ->> 'delta')"), "
                    else coalesce(i.value ->> 'value', ", value_entering!("s", "i.value ->> 'delta'"), ") end, ?4, ?6
        from json_each(?5) i left join stock s on s.warehouse_id = ?2 and s.sku = i.value ->> 'sku'
        returning kind, sku, quantity, value_minor");

    /// Units that were sold before they were recorded as received: they are added first, as a variance to review. `?3`
    /// is the list of `{sku, delta}` of the sale.
    INSERT_VARIANCE: concat!("insert into movements (id, operation_id, warehouse_id, sku, kind, quantity, value_minor, reason, needs_review, occurred_at)
        select ?1 || ':' || s.sku || ':variance', ?1, ?2, s.sku, 'Variance', -(i.value ->> 'delta') - s.on_hand,
               ", value_entering!("s", "-(i.value ->> 'delta') - s.on_hand"), ", 'CountCorrection', 1, ?4
        from json_each(?3) i cross join stock s on s.warehouse_id = ?2 and s.sku = i.value ->> 'sku'
        where -(i.value ->> 'delta') > s.on_hand
        returning kind, sku, quantity, value_minor");

    /// Rows for SKUs that the catalogue knows and this warehouse does not know yet. `?2` is a list of `{sku}`.
    ADD_STOCK_ROWS: "insert into stock (warehouse_id, sku, discontinued)
        select w.id, i.sku, i.deleted_at is not null
        from json_each(?2) l cross join items i on i.sku = l.value ->> 'sku' join warehouses w on w.id = ?1
        where true on conflict do nothing";

    /// Newest first, before the movement `?1`.
    LIST_MOVEMENTS: concat!(movement!(), " where seq < cast(?1 as integer) order by seq desc limit cast(?2 as integer)");

    LIST_MOVEMENTS_OF_WAREHOUSE: concat!(movement!(), " where warehouse_id = ?3 and seq < cast(?1 as integer) order by seq desc limit cast(?2 as integer)");

    LIST_MOVEMENTS_OF_SKU: concat!(movement!(), " where sku = ", sku_of!("?3", "?4"), " and seq < cast(?1 as integer) order by seq desc limit cast(?2 as integer)");

    LIST_MOVEMENTS_OF_STOCK: concat!(movement!(), " where sku = ", sku_of!("?3", "?5"), " and warehouse_id = ?4 and seq < cast(?1 as integer)
        order by seq desc limit cast(?2 as integer)");

    /// The index holds only movements that wait for a review, which people keep short.
    LIST_MOVEMENTS_TO_REVIEW: concat!(movement!(), " where needs_review = 1 and seq < cast(?1 as integer)
          and (?3 is null or sku = ", sku_of!("?3", "?5"), ") and (?4 is null or warehouse_id = ?4)
        order by seq desc limit cast(?2 as integer)");

    FIND_MOVEMENT: concat!(movement!(), " where id = ?1");

    /// A second review breaks the rule `movements_review`.
    REVIEW_MOVEMENT: "update movements set needs_review = 0, review_note = ?2, reviewed_by = ?3, reviewed_at = ?4 where id = ?1";
}
