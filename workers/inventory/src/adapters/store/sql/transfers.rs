//! Transfers between warehouses.

store::statements! {
    INSERT_TRANSFER: "insert into transfers (id, from_warehouse_id, to_warehouse_id, status, note, created_at)
        values (?1, ?2, ?3, 'Draft', ?4, ?5)";

    /// `?2` is a list of `{sku, quantity}`. What either warehouse does not keep breaks the rule
    /// `transfer_lines_stock`.
    INSERT_TRANSFER_LINES: "insert into transfer_lines (transfer_id, sku, line, quantity)
        select ?1, value ->> 'sku', key, value ->> 'quantity' from json_each(?2) where true";

    /// Out of turn it breaks the rule `transfers_status`.
    SHIP_TRANSFER: "update transfers set status = 'Shipped', shipped_at = ?2 where id = ?1";

    /// Out of turn it breaks the rule `transfers_status`.
    RECEIVE_TRANSFER: "update transfers set status = 'Received', received_at = ?2 where id = ?1";

    /// What left comes in with the value it left with. `?1` is the operation, `?2` that of shipping, `?3` the
    /// warehouse it comes to.
    INSERT_ARRIVAL: "insert into movements (id, operation_id, warehouse_id, sku, kind, quantity, value_minor, occurred_at)
        select ?1 || ':' || sku, ?1, ?3, sku, 'TransferIn', -quantity, -value_minor, ?4
        from movements where operation_id = ?2 order by seq";

    /// The transfer as it is now; `?1` is the operation, `?2` the transfer, `?3` the currency.
    ANSWER_TRANSFER: concat!("update stock_operations set answer = (select ", transfer!("?3"), " from transfers t where t.id = ?2)
        where id = ?1 returning answer");

    FIND_TRANSFER: concat!("select ", transfer!("?2"), " as answer from transfers t where t.id = ?1");

    /// Newest first, before the transfer created at `?1` with the id `?2`.
    LIST_TRANSFERS: concat!("select ", transfer!("?4"), " as answer from transfers t
        where (t.created_at, t.id) < (?1, ?2) order by t.created_at desc, t.id desc limit cast(?3 as integer)");

    LIST_TRANSFERS_OF_STATUS: concat!("select ", transfer!("?4"), " as answer from transfers t
        where t.status = ?5 and (t.created_at, t.id) < (?1, ?2)
        order by t.created_at desc, t.id desc limit cast(?3 as integer)");
}
