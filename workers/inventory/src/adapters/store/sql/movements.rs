//! Every change of stock: an operation that happens once, its movements, the messages they cause, and the
//! answer that a repeated call gets; and the orders for which there was too little.

/// The net units that an operation moved of a SKU: a sale's, less the variance that came in for it.
macro_rules! moved {
    ($operation:literal, $sku:literal) => {
        concat!(
            "(select sum(n.quantity) from movements n where n.operation_id = ",
            $operation,
            " and n.sku = ",
            $sku,
            ")"
        )
    };
}

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

    FIND_OPERATION: "select kind, request, answer from stock_operations where id = ?1";

    /// An order is refused once, and not when its goods are taken or there by now. `?3` is a list of
    /// `contracts::stock::ItemAvailability`.
    INSERT_REFUSAL: "insert into stock_refusals (order_id, request, answer, created_at) values (?1, ?2, ?3, ?4)";

    FIND_REFUSAL: "select request, answer from stock_refusals where order_id = ?1";

    /// The goods have left already: what the order was told before does not hold them back.
    OVERRULE_REFUSAL: "update stock_refusals set overruled_at = ?2 where order_id = ?1 and overruled_at is null";

    /// The answer of an operation to a request with an idempotency key.
    PATCH_ANSWER: "update idempotency_keys set answer = (select answer from stock_operations where id = ?3)
        where scope = ?1 and key = ?2";

    /// The one way stock changes. `?3` is the kind, `?4` the reason, `?5` a list of `{sku, delta, value}`:
    /// fewer units leave at the moving average, more units bring `value` or, without one, the average.
    /// A SKU without stock breaks the rule `movements_stock`, too little `stock_on_hand`.
    INSERT_MOVEMENTS: concat!("insert into movements (id, operation_id, warehouse_id, sku, kind, quantity, value_minor, reason, occurred_at)
        select ?1 || ':' || (i.value ->> 'sku'), ?1, ?2, i.value ->> 'sku', ?3, i.value ->> 'delta',
               case when i.value ->> 'delta' < 0 then -", value_leaving!("s", "-(i.value ->> 'delta')"), "
                    else coalesce(i.value ->> 'value', ", value_entering!("s", "i.value ->> 'delta'"), ") end, ?4, ?6
        from json_each(?5) i left join stock s on s.warehouse_id = ?2 and s.sku = i.value ->> 'sku'");

    /// Units that were sold before they were known to be there: they come in first, as a variance to review.
    /// `?3` is the list of `{sku, delta}` of the sale.
    INSERT_VARIANCE: concat!("insert into movements (id, operation_id, warehouse_id, sku, kind, quantity, value_minor, reason, needs_review, occurred_at)
        select ?1 || ':' || s.sku || ':variance', ?1, ?2, s.sku, 'Variance', -(i.value ->> 'delta') - s.on_hand,
               ", value_entering!("s", "-(i.value ->> 'delta') - s.on_hand"), ", 'CountCorrection', 1, ?4
        from json_each(?3) i cross join stock s on s.warehouse_id = ?2 and s.sku = i.value ->> 'sku'
        where -(i.value ->> 'delta') > s.on_hand");

    /// Rows for SKUs that the catalogue knows and this warehouse does not yet. `?2` is a list of `{sku}`.
    ADD_STOCK_ROWS: "insert into stock (warehouse_id, sku, discontinued)
        select w.id, i.sku, i.deleted_at is not null
        from json_each(?2) l cross join items i on i.sku = l.value ->> 'sku' join warehouses w on w.id = ?1
        where true on conflict do nothing";

    /// `StockDepleted` and `StockLow`, for the lines of an operation that crossed the limit. `?3` is a list of
    /// `{sku, type, id, queue}`, both candidates of each SKU; those that hold become messages.
    INSERT_ALERTS: concat!("insert into outbox (id, queue, body, created_at, delivered_at)
        select a.value ->> 'id', a.value ->> 'queue', ",
        envelope!(
            id: "a.value ->> 'id'",
            kind: "a.value ->> 'type'",
            data: concat!("iif(a.value ->> 'type' = 'StockDepleted',
                json_object('warehouseId', ?2, 'productId', i.product_id, 'sku', s.sku,
                    'previousQuantity', s.on_hand - ", moved!("?1", "s.sku"), ", 'currentQuantity', s.on_hand, 'depletedBy', ?4),
                json_object('warehouseId', ?2, 'sku', s.sku, 'currentQuantity', s.on_hand, 'reorderPoint', s.reorder_point))"),
            entity: ("stock", "s.sku"), now: "?5", request: "?6"
        ), ", ?5, iif(a.value ->> 'queue' = '', ?5, null)
        from json_each(?3) a
        cross join stock s on s.warehouse_id = ?2 and s.sku = a.value ->> 'sku'
        join items i on i.sku = s.sku
        where ", moved!("?1", "s.sku"), " < 0 and iif(a.value ->> 'type' = 'StockDepleted', s.on_hand = 0,
            s.on_hand <= s.reorder_point and s.on_hand - ", moved!("?1", "s.sku"), " > s.reorder_point and s.reorder_point > 0)
        returning id, queue, body");

    /// `StockAdjusted` or `StockReceived` with every line of one kind of an operation; nothing without lines.
    /// `?3` is that kind, `?4` the message's id and `?5` its queue, `?6` the event, `?7` the adjustment,
    /// `?8` the order whose shortage made it, `?10` the currency, `?9` the reason.
    INSERT_ADJUSTED: concat!("insert into outbox (id, queue, body, created_at)
        select ?4, ?5, ",
        envelope!(
            id: "?4",
            kind: "?6",
            data: concat!("json_object('adjustmentId', ?7, 'warehouseId', ?2, 'reason', ?9, 'currency', ?10 ->> 'code', 'value', ",
                money!("sum(m.value_minor)", "?10"),
                ", 'lines', json_group_array(json_object('sku', m.sku, 'delta', m.quantity, 'value', ",
                money!("m.value_minor", "?10"), ") order by m.seq), 'orderId', ?8)"),
            entity: ("adjustment", "?7"), now: "?11", request: "?12"
        ), ", ?11
        from movements m where m.operation_id = ?1 and m.kind = ?3 having count(*) > 0
        returning id, queue, body");

    /// What a deduction took: `contracts::stock::StockDeducted`. `?2` is the currency.
    ANSWER_DEDUCTION: concat!("update stock_operations set answer = (
            select json_object('orderId', ?1, 'items', json_group_array(json_object('sku', m.sku, 'quantity', -m.quantity,
                'cost', ", money!("(-m.value_minor)", "?2"), ", 'shortage', coalesce((select v.quantity from movements v
                    where v.operation_id = ?1 and v.sku = m.sku and v.kind = 'Variance'), 0)) order by m.sku))
            from movements m where m.operation_id = ?1 and m.kind = 'Sale')
        where id = ?1 returning answer");

    /// What a restock put back: `contracts::stock::GoodsRestocked`. `?2` is the currency.
    ANSWER_RESTOCK: concat!("update stock_operations set answer = (
            select json_object('refundId', ?1, 'items', json_group_array(json_object('sku', m.sku, 'quantity', m.quantity,
                'cost', ", money!("m.value_minor", "?2"), ", 'shortage', 0) order by m.sku))
            from movements m where m.operation_id = ?1)
        where id = ?1 returning answer");

    /// A booked adjustment: `?3` is `contracts::stock::Adjustment` without the values, `?2` the currency.
    ANSWER_ADJUSTMENT: concat!("update stock_operations set answer = (
            select json_set(?3, '$.value', ", money!("sum(m.value_minor)", "?2"), ", '$.items',
                json_group_array(json_object('sku', m.sku, 'delta', m.quantity, 'value', ",
                money!("m.value_minor", "?2"), ") order by m.seq))
            from movements m where m.operation_id = ?1)
        where id = ?1 returning answer");

    /// Newest first, before the movement `?1`.
    LIST_MOVEMENTS: concat!(movement!(), " where seq < cast(?1 as integer) order by seq desc limit cast(?2 as integer)");

    LIST_MOVEMENTS_OF_WAREHOUSE: concat!(movement!(), " where warehouse_id = ?3 and seq < cast(?1 as integer) order by seq desc limit cast(?2 as integer)");

    LIST_MOVEMENTS_OF_SKU: concat!(movement!(), " where sku = ?3 and seq < cast(?1 as integer) order by seq desc limit cast(?2 as integer)");

    LIST_MOVEMENTS_OF_STOCK: concat!(movement!(), " where sku = ?3 and warehouse_id = ?4 and seq < cast(?1 as integer)
        order by seq desc limit cast(?2 as integer)");

    /// The index holds only what waits for a review, which people keep short.
    LIST_MOVEMENTS_TO_REVIEW: concat!(movement!(), " where needs_review = 1 and seq < cast(?1 as integer)
          and (?3 is null or sku = ?3) and (?4 is null or warehouse_id = ?4)
        order by seq desc limit cast(?2 as integer)");

    FIND_MOVEMENT: concat!(movement!(), " where id = ?1");

    /// A second review breaks the rule `movements_review`.
    REVIEW_MOVEMENT: "update movements set needs_review = 0, review_note = ?2, reviewed_by = ?3, reviewed_at = ?4 where id = ?1";
}
