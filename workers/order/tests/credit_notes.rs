//! Credit notes without an order, and credit on account.

#![cfg(test)]

mod shop;

use serde_json::{Value, json};
use shop::{Shop, WAREHOUSE, amount, id, told, usd};
use web::Role;

const NOTHING: Value = Value::Null;

async fn customer(shop: &Shop) -> Value {
    let body =
        json!({ "name": "Ada", "email": "ada@example.org", "type": "Wholesale", "creditLimit": usd("100") });
    shop.post("/customers", &body).await.expect(201)
}

/// Orders on account and confirms; the order.
async fn buy_on_account(shop: &Shop, customer: &Value, mugs: i64) -> Value {
    let order = json!({ "customerId": id(customer), "warehouseId": WAREHOUSE, "purchaseOrderNumber": "PO-1", "items": [{ "sku": "MUG", "quantity": mugs }] });
    let order = shop.post("/orders/wholesale", &order).await.expect(201);
    let path = format!("/orders/wholesale/{}/confirm", id(&order));
    let payment = json!({ "payment": { "method": "PurchaseOrder" } });
    shop.post(&path, &payment).await.expect(200)
}

async fn available_credit(shop: &Shop, customer: &Value) -> String {
    let path = format!("/customers/{}", id(customer));
    amount(&shop.get(&path).await.expect(200), "availableCredit")
}

#[tokio::test]
async fn a_refund_on_account_gives_the_credit_back() {
    let shop = Shop::open().await;
    let ada = customer(&shop).await;
    let order = buy_on_account(&shop, &ada, 100).await;
    assert_eq!(available_credit(&shop, &ada).await, "90.00");
    let path = format!("/orders/{}/refunds", id(&order));
    let body = json!({ "items": [{ "sku": "MUG", "quantity": 40 }], "reason": "Too many", "restock": true });
    let refund = shop.post(&path, &body).await.expect(201);
    assert_eq!(refund["payments"][0]["method"], "PurchaseOrder");
    assert_eq!(available_credit(&shop, &ada).await, "94.00");
    // The wholesaler sees it, others do not.
    let one = format!("/orders/refunds/{}", id(&refund));
    shop.by((Role::Wholesaler, &id(&ada))).get(&one).await.expect(200);
    shop.by((Role::Wholesaler, WAREHOUSE)).get(&one).await.refused(404, "NOT_FOUND");
    shop.by((Role::Wholesaler, WAREHOUSE)).get(&path).await.refused(404, "NOT_FOUND");
    shop.reconciled().await;
}

#[tokio::test]
async fn a_credit_note_needs_no_order() {
    let shop = Shop::open().await;
    let rate = json!({ "region": "US-NY", "taxClass": "standard", "rate": "10", "inclusive": false });
    shop.by(Role::Admin).put("/tax-rates", &rate).await.expect(200);
    let ada = customer(&shop).await;
    buy_on_account(&shop, &ada, 100).await;
    assert_eq!(available_credit(&shop, &ada).await, "89.00");
    let item = |sku: &str, quantity: i64, price: &str| json!({ "sku": sku, "quantity": quantity, "unitPrice": usd(price) });
    let note = json!({ "customerId": id(&ada), "warehouseId": WAREHOUSE, "reason": "As agreed", "restock": true,
        "items": [item("PEN", 2, "0.50"), item("OFF", 1, "2.00"), item("POST", 1, "1.00"), item("PEN", 1, "1.00")] });
    let made = shop.post("/orders/credit-notes", &note).await.expect(201);
    assert_eq!(
        (&made["orderId"], &made["salesChannel"], &made["status"]),
        (&NOTHING, &json!("WholesaleWeb"), &json!("Completed"))
    );
    // Every line counts for the customer, a discount too.
    assert_eq!(
        (amount(&made, "subtotal"), amount(&made, "tax"), amount(&made, "total")),
        ("5.00".into(), "0.50".into(), "5.50".into())
    );
    assert_eq!(made["payments"][0]["method"], "PurchaseOrder");
    assert_eq!(available_credit(&shop, &ada).await, "94.50");
    // The stock's own average is the cost: 3.00 a pen.
    assert_eq!(shop.stock("PEN").await, (13, 3900));
    let event = &shop.refund_events().await[0]["data"];
    let lines: Vec<_> = event["lines"]
        .as_array()
        .unwrap()
        .iter()
        .map(|line| {
            (line["kind"].as_str().unwrap(), line["restocked"].as_bool().unwrap(), line["cost"].clone())
        })
        .collect();
    assert_eq!(
        lines,
        [
            ("Goods", true, told("6.00")),
            ("Discount", false, told("0.00")),
            ("Shipping", false, told("0.00")),
            ("Goods", true, told("3.00"))
        ]
    );
    assert_eq!((&event["orderId"], &event["customerId"]), (&NOTHING, &ada["id"]));
    let listed = shop.by(Role::Accountant).get("/orders/credit-notes").await.expect(200);
    assert_eq!(listed["data"], json!([made]));
    shop.reconciled().await;
}

#[tokio::test]
async fn a_credit_note_without_a_customer_is_paid_in_cash_once_per_id() {
    let shop = Shop::open().await;
    shop.house.set("CASH_WITHOUT_TILL", "true");
    let note = json!({ "id": "0193e9a0-0000-7000-8000-00000000d001", "warehouseId": WAREHOUSE, "reason": "No receipt", "restock": false,
        "items": [{ "sku": "PEN", "quantity": 1, "unitPrice": usd("7.00") }] });
    let made = shop.post("/orders/credit-notes", &note).await.expect(201);
    assert_eq!((&made["salesChannel"], &made["payments"][0]["method"]), (&json!("POS"), &json!("Cash")));
    let again = shop.post("/orders/credit-notes", &note).await.expect(201);
    assert_eq!((again, shop.refund_events().await.len()), (made, 1));
    let mut other = note.clone();
    other["reason"] = json!("Another");
    shop.post("/orders/credit-notes", &other).await.refused(409, "STATE_CONFLICT");
    assert_eq!(shop.stock("PEN").await, (10, 3000));
}

#[tokio::test]
async fn more_credit_than_is_owed_is_to_the_customers_credit() {
    let shop = Shop::open().await;
    let ada = customer(&shop).await;
    buy_on_account(&shop, &ada, 10).await;
    let note = json!({ "customerId": id(&ada), "warehouseId": WAREHOUSE, "reason": "Bonus", "restock": false,
        "items": [{ "sku": "OFF", "quantity": 1, "unitPrice": usd("50.00") }] });
    shop.post("/orders/credit-notes", &note).await.expect(201);
    assert_eq!(available_credit(&shop, &ada).await, "149.00");
    shop.reconciled().await;
}

#[tokio::test]
async fn a_wrong_credit_note_names_its_field() {
    let shop = Shop::open().await;
    let dead = "0193e9a0-0000-7000-8000-00000000dead";
    let item = |sku: &str, price: Value| json!([{ "sku": sku, "quantity": 1, "unitPrice": price }]);
    for (field, value, pointer) in [
        ("items", item("NONE", usd("1")), "/items/0/sku"),
        ("items", item("PEN", usd("-1")), "/items/0/unitPrice/amount"),
        ("items", item("PEN", json!({ "amount": "1", "currency": "EUR" })), "/items/0/unitPrice/currency"),
        ("items", json!([]), "/items"),
        ("warehouseId", json!(dead), "/warehouseId"),
        ("customerId", json!(dead), "/customerId"),
        ("method", json!("Card"), "/method"),
        ("method", json!("PurchaseOrder"), "/method"),
    ] {
        let mut note = json!({ "warehouseId": WAREHOUSE, "reason": "x", "restock": true, "items": item("PEN", usd("1")) });
        note[field] = value;
        assert_eq!(
            shop.post("/orders/credit-notes", &note).await.refused(422, "VALIDATION_FAILED"),
            [pointer]
        );
    }
    shop.by(Role::Cashier).post("/orders/credit-notes", &json!({})).await.refused(403, "FORBIDDEN");
}
