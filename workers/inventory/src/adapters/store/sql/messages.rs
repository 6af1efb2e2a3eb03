//! Completes the messages and answers with what only the batch knows. Rust builds their shape, from the types of
//! `contracts`: each statement here takes a complete text and replaces the values in it.

/// The units that the operation `?1` moved for the SKU of `s`: for a sale, less the variance that was added for it.
macro_rules! moved {
    () => {
        "(select sum(n.quantity) from movements n where n.operation_id = ?1 and n.sku = s.sku)"
    };
}

/// A message for each line of a list that crossed a limit. `?2` is the warehouse, `?3` a list of `{sku, id}`, `?4` the
/// message of a line without its values, `?5` its queue, `?6` the time.
macro_rules! alerts {
    (values: $values:expr, when: $crossed:expr) => {
        concat!(
            "insert into outbox (id, queue, body, created_at, delivered_at)
            select a.value ->> 'id', ?5, json_replace(?4, '$.id', a.value ->> 'id', '$.entityId', s.sku, '$.data.sku', s.sku, ",
            $values,
            "), ?6, iif(?5 = '', ?6, null)
            from json_each(?3) a
            cross join stock s on s.warehouse_id = ?2 and s.sku = a.value ->> 'sku'
            join items i on i.sku = s.sku
            where ",
            moved!(),
            " < 0 and ",
            $crossed,
            " returning id, queue, body"
        )
    };
}

store::statements! {
    /// `StockDepleted`.
    INSERT_DEPLETED: alerts!(
        values: concat!("'$.data.productId', i.product_id, '$.data.previousQuantity', -", moved!()),
        when: "s.on_hand = 0"
    );

    /// `StockLow`.
    INSERT_LOW: alerts!(
        values: "'$.data.currentQuantity', s.on_hand, '$.data.reorderPoint', s.reorder_point",
        when: concat!("s.reorder_point > 0 and s.on_hand <= s.reorder_point and s.on_hand - ", moved!(), " > s.reorder_point")
    );

    /// `StockAdjusted` or `StockReceived` for the movements of one kind of an operation; nothing if there are none.
    /// `?2` is that kind, `?3` the message's id and `?4` its queue, `?5` the message without values, with a line for
    /// each SKU that may have moved, `?6` the time.
    INSERT_ADJUSTED: "insert into outbox (id, queue, body, created_at, delivered_at)
        select ?3, ?4, json_replace(?5, '$.data.value.minor', sum(m.value_minor), '$.data.lines',
                json(json_group_array(json_replace(l.value, '$.delta', m.quantity, '$.value.minor', m.value_minor) order by l.key))),
            ?6, iif(?4 = '', ?6, null)
        from json_each(?5, '$.data.lines') l
        cross join movements m on m.operation_id = ?1 and m.sku = l.value ->> 'sku' and m.kind = ?2
        having count(*) > 0
        returning id, queue, body";

    /// Completes the answer stored under the request's key with its values: cost or value of each item and their sum,
    /// and the shortage of a sale. `?3` is the operation, `?4` how amounts are written. An answer without one of these
    /// members stays without it. Goods that left have a negative value in their movement; a sale and a transfer show it
    /// as positive.
    COMPLETE_ANSWER: concat!("update idempotency_keys set answer = (
            select json_replace(answer, '$.value.amount', ", amount!("sum(m.value_minor)", "?4"),
                ", '$.items', json(json_group_array(json_replace(i.value, '$.cost.amount', ", amount!("abs(m.value_minor)", "?4"),
                ", '$.value.amount', ", amount!("iif(m.kind = 'TransferOut', -m.value_minor, m.value_minor)", "?4"),
                ", '$.shortage', coalesce(v.quantity, 0)) order by i.key)))
            from json_each(answer, '$.items') i
            cross join movements m on m.operation_id = ?3 and m.sku = i.value ->> 'sku' and m.kind <> 'Variance'
            left join movements v on v.operation_id = ?3 and v.sku = m.sku and v.kind = 'Variance')
        where scope = ?1 and key = ?2");
}
