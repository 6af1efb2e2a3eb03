//! Refunds give back what was paid: by item, by amount, in any order, with their tax.

#![cfg(test)]

mod shop;

use native::client::Answer;
use serde_json::{Value, json};
use shop::{Shop, WAREHOUSE, amount, id, usd};
use store::{Database as _, Statement};
use web::Role;

async fn tax(shop: &Shop, rate: &str, inclusive: bool) {
    let rate = json!({ "region": "US-NY", "taxClass": "standard", "rate": rate, "inclusive": inclusive });
    shop.by(Role::Admin).put("/tax-rates", &rate).await.expect(200);
}

/// Pens at a price, paid in cash.
async fn sell_pens(shop: &Shop, units: i64, price: &str, total: &str) -> Value {
    let items = json!([{ "sku": "PEN", "quantity": units, "unitPrice": usd(price) }]);
    shop.sell(items, json!([{ "method": "Cash", "amount": usd(total) }])).await
}

async fn give(shop: &Shop, order: &Value, sku: &str, units: i64, adjustment: Option<&str>) -> Answer {
    let items = if units == 0 { json!([]) } else { json!([{ "sku": sku, "quantity": units }]) };
    let mut body = json!({ "items": items, "reason": "As agreed", "restock": units > 0 });
    if let Some(sum) = adjustment {
        body["amountAdjustment"] = usd(sum);
    }
    shop.post(&format!("/orders/{}/refunds", id(order)), &body).await
}

/// `total tax subtotal`.
fn shown(refund: &Value) -> String {
    ["total", "tax", "subtotal"].map(|field| amount(refund, field)).join(" ")
}

async fn back(shop: &Shop, order: &Value, units: i64) -> String {
    shown(&give(shop, order, "PEN", units, None).await.expect(201))
}

async fn reduce(shop: &Shop, order: &Value, sum: &str) -> String {
    shown(&give(shop, order, "PEN", 0, Some(sum)).await.expect(201))
}

#[tokio::test]
async fn two_units_of_99_cents_are_refunded_at_99_cents_each() {
    let shop = Shop::open().await;
    tax(&shop, "7", true).await;
    let order = sell_pens(&shop, 2, "0.99", "1.98").await;
    assert_eq!(back(&shop, &order, 1).await, "0.99 0.06 0.93");
    assert_eq!(back(&shop, &order, 1).await, "0.99 0.07 0.92");
    shop.reconciled().await;
}

#[tokio::test]
async fn a_refund_by_amount_carries_its_tax_and_leaves_the_rest_refundable() {
    let shop = Shop::open().await;
    tax(&shop, "20", true).await;
    let order = sell_pens(&shop, 1, "120.00", "120.00").await;
    assert_eq!(reduce(&shop, &order, "60.00").await, "60.00 10.00 50.00");
    assert_eq!(back(&shop, &order, 1).await, "60.00 10.00 50.00");
    give(&shop, &order, "PEN", 0, Some("0.01")).await.refused(422, "REFUND_EXCEEDS_ORDER");

    // Any mix with returns by item: a reduction is of the units that are still there.
    let order = sell_pens(&shop, 3, "120.00", "360.00").await;
    assert_eq!(back(&shop, &order, 1).await, "120.00 20.00 100.00");
    assert_eq!(reduce(&shop, &order, "24.00").await, "24.00 4.00 20.00");
    assert_eq!(back(&shop, &order, 1).await, "108.00 18.00 90.00");
    assert_eq!(reduce(&shop, &order, "108.00").await, "108.00 18.00 90.00");
    // Nothing is left of its money, and the goods come back all the same.
    assert_eq!(back(&shop, &order, 1).await, "0.00 0.00 0.00");
    assert_eq!(shop.stock("PEN").await, (10, 3000));
    shop.reconciled().await;
}

#[tokio::test]
async fn every_reduction_is_in_the_share_of_its_line() {
    let shop = Shop::open().await;
    tax(&shop, "10", false).await;
    // 2 x 7.00 and 5.00 postage less 2.00 as a line, less 3.40 on the order: 14.96 with tax.
    let items = json!([{ "sku": "PEN", "quantity": 2 }, { "sku": "POST", "quantity": 1 }, { "sku": "OFF", "quantity": 1 }]);
    let sale = json!({ "terminalId": "TILL-1", "warehouseId": WAREHOUSE, "items": items, "discount": usd("3.40"),
        "payments": [{ "method": "Cash", "amount": usd("14.96") }] });
    let order = shop.post("/orders/pos", &sale).await.expect(201);
    let parts = [("PEN", 1), ("OFF", 1), ("POST", 1), ("PEN", 1)];
    let mut given = Vec::new();
    for (sku, units) in parts {
        given.push(shown(&give(&shop, &order, sku, units, None).await.expect(201)));
    }
    assert_eq!(given, ["5.51 0.50 5.01", "0.00 0.00 0.00", "3.94 0.36 3.58", "5.51 0.50 5.01"]);
    let after = shop.get(&format!("/orders/{}", id(&order))).await.expect(200);
    assert_eq!(amount(&after, "refundedTotal"), "14.96");
    shop.reconciled().await;
}

#[tokio::test]
async fn a_discount_on_a_line_is_in_the_share_of_that_line() {
    let shop = Shop::open().await;
    tax(&shop, "7", true).await;
    let sale = |sku: &str, discount: Value| {
        json!({ "terminalId": "TILL-1", "warehouseId": WAREHOUSE,
            "items": [{ "sku": sku, "quantity": 3, "discount": discount }, { "sku": "POST", "quantity": 1 }],
            "payments": [{ "method": "Cash", "amount": usd("25.00") }] })
    };
    let order = shop.post("/orders/pos", &sale("PEN", usd("1.00"))).await.expect(201);
    assert_eq!(
        ["subtotal", "discount", "total"].map(|field| amount(&order, field)),
        ["26.00", "1.00", "25.00"]
    );
    assert_eq!(
        ["discount", "lineTotal", "taxAmount"].map(|field| amount(&order["items"][0], field)),
        ["1.00", "18.69", "1.31"]
    );
    // 20.00 for three.
    let mut given = Vec::new();
    for units in [1, 2] {
        given.push(back(&shop, &order, units).await);
    }
    assert_eq!(given, ["6.67 0.44 6.23", "13.33 0.87 12.46"]);
    for (discount, pointer) in [
        (usd("21.01"), "/items/0/discount"),
        (usd("-0.01"), "/items/0/discount"),
        (json!({ "amount": "1", "currency": "EUR" }), "/items/0/discount"),
    ] {
        let refused = shop.post("/orders/pos", &sale("PEN", discount)).await;
        assert_eq!(refused.refused(422, "VALIDATION_FAILED"), [pointer]);
    }
    shop.by(Role::Cashier).post("/orders/pos", &sale("PEN", usd("1.00"))).await.refused(403, "FORBIDDEN");
    let mut offline = sale("PEN", usd("1.00"));
    offline["id"] = json!("0193e9a0-0000-7000-8000-00000000f00d");
    offline["offline"] = json!(true);
    let till = json!({ "terminalId": offline["terminalId"], "warehouseId": WAREHOUSE, "device": "Counter" });
    let key = shop.post("/orders/pos/terminals", &till).await.expect(201)["key"].as_str().unwrap().to_owned();
    let cashier = shop.by(Role::Cashier).with(&[("till-key", &key)]);
    let sold = cashier.post("/orders/pos", &offline).await.expect(201);
    assert_eq!(sold["reviewReason"], "a discount of 1.00 USD was given");
    shop.reconciled().await;
}

#[tokio::test]
async fn an_amount_on_account_reduces_the_debt_with_its_tax() {
    let shop = Shop::open().await;
    tax(&shop, "20", true).await;
    let ada = json!({ "name": "Ada", "email": "ada@example.org", "type": "Wholesale", "creditLimit": usd("500"), "paymentTerms": "Net30" });
    let ada = shop.post("/customers", &ada).await.expect(201);
    let order = json!({ "customerId": id(&ada), "warehouseId": WAREHOUSE, "purchaseOrderNumber": "PO-1",
        "items": [{ "sku": "MUG", "quantity": 2, "unitPrice": usd("60.00") }] });
    let order = shop.post("/orders/wholesale", &order).await.expect(201);
    let payment = json!({ "payment": { "method": "PurchaseOrder" } });
    shop.post(&format!("/orders/wholesale/{}/confirm", id(&order)), &payment).await.expect(200);
    let reduced = give(&shop, &order, "MUG", 0, Some("60.00")).await.expect(201);
    assert_eq!(
        (shown(&reduced), &reduced["payments"][0]["method"]),
        ("60.00 10.00 50.00".into(), &json!("PurchaseOrder"))
    );
    assert_eq!(shown(&give(&shop, &order, "MUG", 2, None).await.expect(201)), "60.00 10.00 50.00");
    let ada = shop.get(&format!("/customers/{}", id(&ada))).await.expect(200);
    assert_eq!(amount(&ada, "availableCredit"), "500.00");
    shop.reconciled().await;
}

#[tokio::test]
async fn a_fee_keeps_its_tax() {
    let shop = Shop::open().await;
    tax(&shop, "20", true).await;
    let order = sell_pens(&shop, 2, "60.00", "120.00").await;
    assert_eq!(shown(&give(&shop, &order, "PEN", 1, Some("-6.00")).await.expect(201)), "54.00 9.00 45.00");
    assert_eq!(back(&shop, &order, 1).await, "60.00 10.00 50.00");
    assert_eq!(reduce(&shop, &order, "6.00").await, "6.00 1.00 5.00");
    shop.reconciled().await;
}

async fn run(shop: &Shop, sql: String) -> String {
    let text: &'static str = sql.leak();
    let refused = shop.database().batch(vec![Statement { text, values: vec![] }]).await;
    refused.err().and_then(|error| error.rule().map(str::to_owned)).unwrap_or_else(|| "allowed".to_owned())
}

#[tokio::test]
async fn what_was_refunded_before_stays_and_the_rest_is_left() {
    let shop = Shop::open().await;
    tax(&shop, "20", true).await;
    let order = sell_pens(&shop, 2, "60.00", "120.00").await;
    let of = id(&order);
    // An amount as it was recorded earlier: without tax, and of no line.
    for sql in [
        format!("insert into refunds (id, order_id, sales_channel, warehouse_id, currency, subtotal_minor, tax_minor, total_minor, restock, reason, status, refunded_by, request, created_at, updated_at)
            values ('r1', '{of}', 'POS', '{WAREHOUSE}', 'USD', 6000, 0, 6000, 0, 'x', 'Completed', 'ada', '', '2026', '2026')"),
        "insert into refund_lines (refund_id, line, sku, name, kind, quantity, line_total_minor, tax_minor, restock) values ('r1', 1, 'ADJUSTMENT', 'Reduction given', 'Discount', 1, 6000, 0, 0)".to_owned(),
        format!("insert into refund_payments (refund_id, part, payment_id, method, amount_minor, status, updated_at)
            select 'r1', 1, id, method, 6000, 'Refunded', '2026' from payments where order_id = '{of}'"),
    ] {
        assert_eq!(run(&shop, sql).await, "allowed");
    }
    assert_eq!(back(&shop, &order, 1).await, "30.00 10.00 20.00");
    assert_eq!(back(&shop, &order, 1).await, "30.00 10.00 20.00");
}

#[tokio::test]
async fn the_schema_refuses_shares_that_believed_something_else() {
    let shop = Shop::open().await;
    let order = sell_pens(&shop, 3, "7.00", "21.00").await;
    back(&shop, &order, 1).await;
    reduce(&shop, &order, "2.00").await;
    let of = id(&order);
    let share = |returned: i64, reduced: i64, net: i64| {
        format!("insert into refund_shares (refund_id, order_id, order_line, returned, reduced_minor, line_total_minor, tax_minor)
            select id, '{of}', 1, {returned}, {reduced}, {net}, 0 from refunds where total_minor = 700")
    };
    let line = |reduced: i64| {
        format!("insert into refund_lines (refund_id, line, order_id, order_line, quantity_before, reduced_minor, sku, name, kind, quantity, line_total_minor, tax_minor, restock)
            select id, 9, '{of}', 1, 1, {reduced}, 'PEN', 'PEN', 'Goods', 1, 600, 0, 1 from refunds where total_minor = 700")
    };
    for (sql, refused) in [
        (share(0, 200, 100), "refund_shares_stale"),
        (share(1, 0, 100), "refund_shares_stale"),
        (share(1, 200, 1201), "refund_shares_paid"),
        (share(1, 200, 0), "refund_shares_amount"),
        (line(0), "refund_lines_stale"),
        ("update refund_shares set tax_minor = 1".to_owned(), "refund_shares_append_only"),
        ("delete from refund_shares".to_owned(), "refund_shares_append_only"),
        ("update refund_lines set reduced_minor = 1".to_owned(), "refund_lines_append_only"),
        (share(1, 200, 1200), "allowed"),
    ] {
        assert_eq!(run(&shop, sql.clone()).await, refused, "{sql}");
    }
}
