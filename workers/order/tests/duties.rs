//! Cash belongs to a till, and a bank transfer is recorded by who may. What needs a second person is tested at the gateway.

#![cfg(test)]

mod shop;

use contracts::Service;
use native::client::usd;
use serde_json::{Value, json};
use shop::{Shop, WAREHOUSE, amount, id};
use web::Role;

fn note(method: &str, terminal: Option<&str>) -> Value {
    let mut note = json!({ "warehouseId": WAREHOUSE, "reason": "No receipt", "restock": false, "method": method,
        "items": [{ "sku": "PEN", "quantity": 1, "unitPrice": usd("2.00") }] });
    if let Some(terminal) = terminal {
        note["terminalId"] = json!(terminal);
    }
    note
}

async fn close(shop: &Shop, terminal: &str) -> (String, String) {
    let path = format!("/orders/pos/terminals/{terminal}/closings");
    let closing = json!({ "throughSequence": 0, "countedCash": usd("0.00") });
    let closing = shop.post(&path, closing).await.expect(201);
    (amount(&closing, "expectedCash"), amount(&closing, "cashRefunds"))
}

/// A web order of one pen, not paid yet.
async fn ordered(shop: &Shop) -> Value {
    let order = json!({ "warehouseId": WAREHOUSE, "customer": { "email": "ada@example.org", "name": "Ada" },
        "items": [{ "sku": "PEN", "quantity": 1 }] });
    shop.post("/orders/retail", order).await.expect(201)
}

#[tokio::test]
async fn cash_needs_a_till() {
    let shop = Shop::open().await;
    let cash = json!([{ "method": "Cash", "amount": usd("7.00") }]);
    let pen = json!([{ "sku": "PEN", "quantity": 1 }]);
    let sold = shop.sell(pen.clone(), cash.clone()).await;
    // A refund takes its cash out of the drawer into which it went, or of the one that it names.
    let back = json!({ "items": pen, "reason": "Dry", "restock": true });
    let refunds = |order: &Value| format!("/orders/{}/refunds", id(order));
    let refund = shop.post(&refunds(&sold), &back).await.expect(201);
    assert_eq!(refund["terminalId"], "TILL-1");
    let mut other =
        json!({ "terminalId": "TILL-2", "warehouseId": WAREHOUSE, "items": pen, "payments": cash });
    let sold = shop.post("/orders/pos", &other).await.expect(201);
    let mut elsewhere = back.clone();
    elsewhere["terminalId"] = json!("TILL-1");
    assert_eq!(shop.post(&refunds(&sold), &elsewhere).await.expect(201)["terminalId"], "TILL-1");
    other["payments"] = json!([{ "method": "CardTerminal", "amount": usd("7.00") }]);
    let sold = shop.post("/orders/pos", &other).await.expect(201);
    let refund = shop.post(&refunds(&sold), &back).await.expect(201);
    assert_eq!(refund["terminalId"], Value::Null, "no drawer opens for a card");
    // A credit note and a web order name none.
    let notes = "/orders/credit-notes";
    assert_eq!(
        shop.post(notes, note("Cash", None)).await.problem(),
        (422, "VALIDATION_FAILED", "/terminalId")
    );
    let unknown = shop.post(notes, note("Cash", Some("NO-TILL"))).await;
    assert_eq!(unknown.problem(), (422, "VALIDATION_FAILED", "/terminalId"));
    shop.post(notes, note("Cash", Some("TILL-2"))).await.expect(201);
    shop.post(notes, note("CardTerminal", None)).await.expect(201);
    let order = ordered(&shop).await;
    let confirm = format!("/orders/retail/{}/confirm", id(&order));
    let cash = json!({ "payment": { "method": "Cash" } });
    assert_eq!(shop.post(&confirm, &cash).await.problem(), (422, "VALIDATION_FAILED", "/payment/method"));
    // Every drawer counts what was in it.
    assert_eq!(close(&shop, "TILL-1").await, ("-7.00".into(), "14.00".into()));
    assert_eq!(close(&shop, "TILL-2").await, ("5.00".into(), "2.00".into()));
    // Unless the shop allows it.
    shop.house.set("CASH_WITHOUT_TILL", "true");
    shop.post(&confirm, &cash).await.expect(200);
    shop.post(notes, note("Cash", None)).await.expect(201);
    let refund = shop.post(&refunds(&order), &back).await.expect(201);
    assert_eq!((&refund["terminalId"], &refund["payments"][0]["method"]), (&Value::Null, &json!("Cash")));
    shop.reconciled().await;
}

#[tokio::test]
async fn a_bank_transfer_is_recorded_by_who_may() {
    let shop = Shop::open().await;
    let order = ordered(&shop).await;
    let confirm = format!("/orders/retail/{}/confirm", id(&order));
    let transfer = json!({ "payment": { "method": "BankTransfer" } });
    let sale = |offline: bool| {
        let mut sale = json!({ "id": "0193e9a0-0000-7000-8000-00000000e001", "terminalId": "TILL-9", "warehouseId": WAREHOUSE,
            "items": [{ "sku": "PEN", "quantity": 1 }], "payments": [{ "method": "BankTransfer", "amount": usd("7.00") }] });
        if offline {
            sale["terminalSequence"] = json!(1);
        }
        sale
    };
    let (cashier, accountant) = (shop.by(Role::Cashier), shop.by(Role::Accountant));
    assert_eq!(cashier.post(&confirm, &transfer).await.problem(), (403, "FORBIDDEN", "/payment/method"));
    shop.by(Role::Customer).post(&confirm, &transfer).await.refused(403, "FORBIDDEN");
    shop.by(Role::Wholesaler).post(&confirm, &transfer).await.refused(403, "FORBIDDEN");
    assert_eq!(
        cashier.post("/orders/pos", sale(false)).await.problem(),
        (403, "FORBIDDEN", "/payments/0/method")
    );
    accountant.post("/orders/credit-notes", note("BankTransfer", None)).await.refused(403, "FORBIDDEN");
    shop.post("/orders/credit-notes", note("BankTransfer", None)).await.expect(201);
    shop.post(&confirm, &transfer).await.expect(200);
    // What has happened at a till is taken, and reviewed.
    let till = json!({ "terminalId": "TILL-9", "warehouseId": WAREHOUSE, "device": "Tablet" });
    let key = shop.post("/orders/pos/terminals", till).await.expect(201)["key"].as_str().unwrap().to_owned();
    let synced =
        cashier.with(&[("till-key", &key)]).post("/orders/pos/sync", json!({ "sales": [sale(true)] })).await;
    let result = synced.expect(200)["results"][0].clone();
    let why = "a bank transfer was recorded by somebody who may not";
    assert_eq!(
        (&result["status"], &result["detail"]),
        (&json!("NeedsReview"), &json!(why)),
        "{}",
        synced.text
    );
    shop.reconciled().await;
    shop.at(Service::Inventory).reconciled().await;
}

#[tokio::test]
async fn what_goes_back_above_a_limit_needs_somebody_else_or_a_proof() {
    let shop = Shop::open().await;
    let pens = |count: i64| json!([{ "sku": "PEN", "quantity": count }]);
    let sold = shop.sell(pens(4), json!([{ "method": "Cash", "amount": usd("28.00") }])).await;
    let path = format!("/orders/{}/refunds", id(&sold));
    let back =
        |count: i64, restock: bool| json!({ "items": pens(count), "reason": "Dry", "restock": restock });
    shop.house.set("APPROVAL_STOCK", "3.00");
    let refused = shop.post(&path, back(2, true)).await;
    assert_eq!(refused.problem(), (403, "APPROVAL_REQUIRED", "/restock"));
    let needed = &refused.json()["approval"];
    assert_eq!((&needed["action"], &needed["amount"]), (&json!("restock"), &usd("6.00")));
    shop.post(&path, back(1, true)).await.expect(201);
    shop.house.set("APPROVAL_REFUND", "14.00");
    shop.post(&path, back(1, false)).await.expect(201);
    let refused = shop.post(&path, back(1, false)).await;
    assert_eq!(refused.problem(), (403, "APPROVAL_REQUIRED", "/items"));
    let what = format!("Refund {}: 1 x Things - PEN (Cash). Dry", sold["orderNumber"].as_str().unwrap());
    assert_eq!(
        (&refused.json()["approval"]["what"], &refused.json()["approval"]["amount"]),
        (&json!(what), &usd("21.00"))
    );
    shop.house.set("APPROVAL_REFUND", "");
    shop.house.set("STEP_UP_REFUND", "14.00");
    shop.unproved().post(&path, back(1, false)).await.refused(403, "STEP_UP_REQUIRED");
    shop.post(&path, back(1, false)).await.expect(201);
    shop.reconciled().await;
}
