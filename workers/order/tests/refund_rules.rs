//! What the schema refuses, whatever the code believed.

#![cfg(test)]

mod shop;

use contracts::Service;
use serde_json::json;
use shop::{Shop, WAREHOUSE, id, usd};
use store::{Database as _, Statement};
use web::Role;

async fn rule(shop: &Shop, sql: &str) -> String {
    let text: &'static str = sql.to_owned().leak();
    let refused = shop.database().batch(vec![Statement { text, values: vec![] }]).await;
    refused.err().and_then(|error| error.rule().map(str::to_owned)).unwrap_or_else(|| "allowed".to_owned())
}

/// Three pens sold, one of them refunded.
async fn sold_and_refunded(shop: &Shop) -> (String, String) {
    let payments = json!([{ "method": "Cash", "amount": usd("21.00") }]);
    let order = shop.sell(json!([{ "sku": "PEN", "quantity": 3 }]), payments).await;
    let body = json!({ "items": [{ "sku": "PEN", "quantity": 1 }], "reason": "Dry", "restock": true });
    let refund = shop.post(&format!("/orders/{}/refunds", id(&order)), &body).await;
    (id(&order), id(&refund.expect(201)))
}

#[tokio::test]
async fn the_schema_refuses_more_than_was_sold_or_paid() {
    let shop = Shop::open().await;
    let (order, refund) = sold_and_refunded(&shop).await;
    let insert_refund = |total: i64| {
        format!("insert into refunds (id, order_id, sales_channel, warehouse_id, currency, subtotal_minor, tax_minor, total_minor, restock, reason, status, refunded_by, request, created_at, updated_at)
            values ('r2', '{order}', 'POS', '{WAREHOUSE}', 'USD', {total}, 0, {total}, 0, 'x', 'Pending', 'ada', '', '2026', '2026')")
    };
    let insert_line = |before: i64, quantity: i64| {
        format!("insert into refund_lines (refund_id, line, order_id, order_line, quantity_before, sku, name, kind, quantity, line_total_minor, tax_minor, restock)
            select '{refund}', 9, '{order}', line, {before}, sku, name, kind, {quantity}, 700, 0, 1 from order_lines where order_id = '{order}'")
    };
    let insert_part = |amount: i64| {
        format!("insert into refund_payments (refund_id, part, payment_id, method, amount_minor, status, updated_at)
            select '{refund}', 9, id, method, {amount}, 'Pending', '2026' from payments where order_id = '{order}'")
    };
    for (sql, refused) in [
        (insert_refund(1401), "orders_refunded"),
        (insert_refund(-1), "refunds_total"),
        // Two that believed the same.
        (insert_line(0, 1), "refund_lines_stale"),
        (insert_line(1, 3), "refund_lines_quantity"),
        (insert_part(1401), "refund_payments_captured"),
        (insert_part(0), "refund_payments_amount"),
    ] {
        assert_eq!(rule(&shop, &sql).await, refused, "{sql}");
    }
    assert_eq!(rule(&shop, &insert_part(1400)).await, "allowed");
}

#[tokio::test]
async fn what_is_recorded_stays() {
    let shop = Shop::open().await;
    let (order, _) = sold_and_refunded(&shop).await;
    shop.by(Role::Cashier).post(&format!("/orders/pos/{order}/receipt"), &json!({})).await.expect(200);
    for (sql, refused) in [
        ("update refunds set total_minor = 0", "refunds_append_only"),
        ("update refunds set status = 'Pending'", "refunds_status"),
        ("update refunds set status = 'Completed'", "refunds_status"),
        ("delete from refunds", "refunds_append_only"),
        ("update refund_lines set quantity = 1", "refund_lines_append_only"),
        ("delete from refund_lines", "refund_lines_append_only"),
        ("update refund_payments set note = 'x'", "refund_payments_final"),
        ("delete from refund_payments", "refund_payments_append_only"),
        ("update receipts set format = 'x'", "receipts_append_only"),
        ("delete from receipts", "receipts_append_only"),
    ] {
        assert_eq!(rule(&shop, sql).await, refused, "{sql}");
    }
}

#[tokio::test]
async fn goods_that_are_back_already_come_back_once() {
    let shop = Shop::open().await;
    let payments = json!([{ "method": "Cash", "amount": usd("14.00") }]);
    let order = shop.sell(json!([{ "sku": "PEN", "quantity": 2 }]), payments).await;
    let path = format!("/orders/{}/refunds", id(&order));
    let body = json!({ "items": [{ "sku": "PEN", "quantity": 2 }], "reason": "Dry", "restock": true });
    let pending = shop.lonely.post(&path, body).await.expect(201);
    // Inventory did its part; its answer was lost, and with it whoever waited for it.
    let restock = json!({ "refundId": id(&pending), "orderId": id(&order), "warehouseId": WAREHOUSE, "currency": "USD",
        "items": [{ "sku": "PEN", "quantity": 2, "cost": usd("6.00") }] });
    let inventory = shop.at(Service::Inventory).by(Role::System);
    let restocked = inventory.post("/internal/stock/restock", restock).await.expect(200);
    assert_eq!(restocked["items"][0]["cost"], usd("6.00"));
    shop.sweep().await;
    shop.sweep().await;
    assert_eq!((shop.stock("PEN").await, shop.refund_events().await.len()), ((10, 3000), 1));
    shop.reconciled().await;
}
