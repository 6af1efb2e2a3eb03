//! Prints of receipts, and the data that a receipt shows apart from its order.

store::statements! {
    LIST_RECEIPT_REFUNDS: "select created_at, currency, total_minor from refunds where order_id = ?1 order by id";
    FIND_RECEIPT_PRINTS: "select coalesce(max(print), 0) as prints from receipts where order_id = ?1";
    FIND_SHOP_NAME: "select w.name from orders o join warehouses w on w.id = o.warehouse_id where o.id = ?1";
    INSERT_RECEIPT: "insert into receipts (order_id, print, format, printed_by, printed_at) values (?1, ?2, ?3, ?4, ?5)";
}
