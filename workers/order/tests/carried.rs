//! What older releases stored is carried over: the times of an order, and what of it was sent.

#![cfg(test)]

use contracts::Service;
use serde::Deserialize;
use store::{Database, Sql, Sqlite};

/// A web sale with a refund, one of a service, one that waits; a till's sale; as the release before stored them.
const OLD: &str = "
insert into warehouses (id, code, name, region, updated_at) values ('w', 'W', 'W', 'US', '2026');
insert into orders (id, order_number, sales_channel, status, fulfilment, warehouse_id, currency, subtotal_minor, discount_minor,
  tax_minor, total_minor, sold_at, business_day, request_hash, created_at, updated_at)
values ('web', 'ORD-1', 'RetailWeb', 'Completed', 'Unfulfilled', 'w', 'USD', 500, 0, 0, 500, '2026-01-02T10:00', '2026-01-02', 'h', '2026-01-01', '2026-01-09'),
  ('free', 'ORD-2', 'RetailWeb', 'Completed', 'Unfulfilled', 'w', 'USD', 0, 0, 0, 0, '2026-01-03T10:00', '2026-01-03', 'h', '2026-01-01', '2026-01-09'),
  ('waits', 'ORD-3', 'RetailWeb', 'PendingPayment', 'Unfulfilled', 'w', 'USD', 100, 0, 0, 100, '2026-01-01', null, 'h', '2026-01-01', '2026-01-01'),
  ('till', 'ORD-4', 'POS', 'Completed', 'Fulfilled', 'w', 'USD', 100, 0, 0, 100, '2026-01-01T09:00', '2026-01-01', 'h', '2026-01-02', '2026-01-09');
insert into order_lines (order_id, line, sku, product_id, name, kind, tax_class, quantity, unit_price_minor, discount_minor, line_total_minor, tax_minor)
values ('web', 1, 'A', 'p', 'A', 'Goods', 's', 5, 100, 0, 500, 0), ('free', 1, 'F', 'p', 'F', 'Fee', 's', 1, 0, 0, 0, 0),
  ('waits', 1, 'A', 'p', 'A', 'Goods', 's', 1, 100, 0, 100, 0), ('till', 1, 'A', 'p', 'A', 'Goods', 's', 1, 100, 0, 100, 0);
insert into payments (id, order_id, method, amount_minor, status, created_at, updated_at)
values ('p1', 'web', 'Card', 500, 'Captured', '2026-01-02', '2026-01-02T10:00'), ('p2', 'till', 'Cash', 100, 'Captured', '2026-01-02', '2026-01-02T09:30');
insert into refunds (id, order_id, sales_channel, warehouse_id, currency, subtotal_minor, tax_minor, total_minor, restock, reason,
  status, refunded_by, request, created_at, updated_at)
values ('r', 'web', 'RetailWeb', 'w', 'USD', 200, 0, 200, 1, 'r', 'Completed', 'm', '{}', '2026-01-05', '2026-01-05');
insert into refund_lines (refund_id, line, order_id, order_line, quantity_before, sku, name, kind, quantity, line_total_minor, tax_minor, restock)
values ('r', 1, 'web', 1, 0, 'A', 'A', 'Goods', 2, 200, 0, 1);
";

#[derive(Debug, Deserialize, PartialEq)]
struct Row {
    text: Option<String>,
}

async fn texts(database: &Sqlite, text: &'static str) -> Vec<String> {
    let sql = Sql { name: "TEXTS", text, scan: None };
    let rows: Vec<Row> = database.query(sql.bind([])).await.unwrap().read().unwrap();
    rows.into_iter().map(|row| row.text.unwrap_or_else(|| "null".to_owned())).collect()
}

#[tokio::test]
async fn older_orders_get_their_times_and_what_is_to_be_sent() {
    let scripts = native::migrations(Service::Order).unwrap();
    let first = scripts.iter().position(|script| script.contains("add column billing_address")).unwrap();
    let (before, after) = scripts.split_at(first);
    let database = Sqlite::in_memory(before).unwrap();
    database.script(OLD).unwrap();
    for script in after {
        database.script(script).unwrap();
    }
    let times = "select id || ' ' || coalesce(completed_at, '-') as text from orders order by id";
    assert_eq!(
        texts(&database, times).await,
        ["free 2026-01-03T10:00", "till 2026-01-02T09:30", "waits -", "web 2026-01-02T10:00",]
    );
    let sent = "select order_id || ' ' || status || ' ' || open || ' since ' || since as text from fulfilments order by order_id";
    assert_eq!(texts(&database, sent).await, ["web Unfulfilled 3 since 2026-01-02T10:00"]);
    let said = "select id || ' ' || fulfilment as text from orders order by id";
    assert_eq!(
        texts(&database, said).await,
        ["free Fulfilled", "till Fulfilled", "waits Unfulfilled", "web Unfulfilled"]
    );
}
