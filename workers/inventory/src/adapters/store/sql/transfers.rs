//! Transfers between warehouses.

/// A transfer as it is read; `lines` is a list of `[sku, quantity, value in minor units]`. The value is known once it
/// is shipped.
macro_rules! transfer {
    () => {
        "select t.id, t.from_warehouse_id, t.to_warehouse_id, t.status, t.note, t.created_at, t.shipped_at, t.received_at,
            (select json_group_array(json_array(l.sku, l.quantity, -m.value_minor) order by l.line) from transfer_lines l
                left join movements m on m.operation_id = t.id || ':ship' and m.sku = l.sku
                where l.transfer_id = t.id) as lines
        from transfers t"
    };
}

store::statements! {
    INSERT_TRANSFER: "insert into transfers (id, from_warehouse_id, to_warehouse_id, status, note, created_at)
        values (?1, ?2, ?3, 'Draft', ?4, ?5)";

    /// `?2` is a list of `{sku, quantity}`. A SKU without a stock row in either warehouse breaks the rule
    /// `transfer_lines_stock`.
    INSERT_TRANSFER_LINES: "insert into transfer_lines (transfer_id, sku, line, quantity)
        select ?1, value ->> 'sku', key, value ->> 'quantity' from json_each(?2) where true";

    /// In another state it breaks the rule `transfers_status`.
    SHIP_TRANSFER: "update transfers set status = 'Shipped', shipped_at = ?2 where id = ?1";

    /// In another state it breaks the rule `transfers_status`.
    RECEIVE_TRANSFER: "update transfers set status = 'Received', received_at = ?2 where id = ?1";

    /// The goods arrive with the value with which they left. `?1` is the operation, `?2` that of shipping, `?3` the
    /// target warehouse.
    INSERT_ARRIVAL: "insert into movements (id, operation_id, warehouse_id, sku, kind, quantity, value_minor, occurred_at, day)
        select ?1 || ':' || sku, ?1, ?3, sku, 'TransferIn', -quantity, -value_minor, ?4, ?5
        from movements where operation_id = ?2 order by seq";

    FIND_TRANSFER: concat!(transfer!(), " where t.id = ?1");

    /// Newest first, before the transfer created at `?1` with the id `?2`.
    LIST_TRANSFERS: concat!(transfer!(), " where (t.created_at, t.id) < (?1, ?2)
        order by t.created_at desc, t.id desc limit cast(?3 as integer)");

    LIST_TRANSFERS_OF_STATUS: concat!(transfer!(), " where t.status = ?4 and (t.created_at, t.id) < (?1, ?2)
        order by t.created_at desc, t.id desc limit cast(?3 as integer)");
}
