//! What an order says of itself is true: its times, its addresses, its lines, its announcement.

use contracts::EventKind;
use serde_json::{Value, json};
use web::Role;

use crate::shop::{CASHIER, GUEST, SHOP, Shop, card, retail_body, usd};

/// When an order was confirmed, completed and cancelled: whether each is known.
fn times(order: &Value) -> [bool; 3] {
    ["confirmedAt", "completedAt", "cancelledAt"].map(|time| order[time].is_string())
}

#[tokio::test]
async fn confirmed_at_and_completed_at_are_true_in_answers_and_lists() {
    let shop = Shop::open(&[("A", 20)]).await;
    let placed = shop.by(GUEST).post("/orders/retail", retail_body(&[("A", 1)])).await.expect(201);
    assert_eq!(times(&placed), [false, false, false]);
    let id = placed["id"].as_str().unwrap().to_owned();
    shop.house.advance_seconds(60);
    let paid = shop.pay(&id, "tok_approve").await.expect(200);
    assert_eq!(times(&paid), [true, true, false]);
    assert!(paid["createdAt"].as_str() < paid["confirmedAt"].as_str());
    assert!(paid["confirmedAt"].as_str() <= paid["completedAt"].as_str());
    shop.house.advance_seconds(60);
    // A later change of the order is no new completion.
    let refund = json!({ "items": [{ "sku": "A", "quantity": 1 }], "reason": "x", "restock": true });
    shop.post(&format!("/orders/{id}/refunds"), refund).await.expect(201);
    let now = shop.order(&id).await;
    let listed = shop.get("/orders/retail").await.expect(200)["data"][0].clone();
    for time in ["confirmedAt", "completedAt"] {
        assert_eq!((&now[time], &listed[time]), (&paid[time], &paid[time]));
    }

    let cancelled = shop.guest_order(&[("A", 1)]).await;
    let path = format!("/orders/retail/{cancelled}/cancel");
    let cancelled = shop.by(GUEST).post(&path, json!({ "reason": "x" })).await.expect(200);
    assert_eq!(
        (times(&cancelled), &cancelled["cancelledAt"]),
        ([false, false, true], &cancelled["cancellation"]["at"])
    );

    let sale = json!({ "terminalId": "T1", "warehouseId": SHOP, "items": [{ "sku": "A", "quantity": 1 }],
        "payments": [{ "method": "Cash", "amount": usd("10.00") }] });
    let sale = shop.by(CASHIER).post("/orders/pos", sale).await.expect(201);
    assert_eq!(times(&sale), [true, true, false]);
    let listed = shop.get("/orders/pos").await.expect(200)["data"][0].clone();
    assert_eq!(listed["completedAt"], sale["completedAt"]);
}

#[tokio::test]
async fn an_order_between_payment_and_completion_is_confirmed_and_not_completed() {
    let shop = Shop::open(&[("A", 5)]).await;
    let order = shop.guest_order(&[("A", 1)]).await;
    shop.pay(&order, "tok_capture_fail").await.expect(503);
    let confirmed = shop.order(&order).await;
    assert_eq!((&confirmed["status"], times(&confirmed)), (&json!("PaymentConfirmed"), [true, false, false]));
    shop.house.advance_seconds(31);
    assert_eq!(shop.sweep().await, 1);
    let completed = shop.order(&order).await;
    assert_eq!(
        (times(&completed), &completed["confirmedAt"]),
        ([true, true, false], &confirmed["confirmedAt"])
    );
    assert!(completed["confirmedAt"].as_str() < completed["completedAt"].as_str());
}

#[tokio::test]
async fn the_billing_address_is_kept_and_shown_and_never_decides_the_tax() {
    let shop = Shop::open(&[("A", 20)]).await;
    let home = json!({ "line1": "1 Quay", "city": "Harbour", "region": "US-CA" });
    let firm = json!({ "name": "Ada Ltd", "line1": "2 Street", "city": "Albany", "region": "US-NY" });
    let mut body = retail_body(&[("A", 1)]);
    body["shippingAddress"] = home.clone();
    let placed = shop.by(GUEST).post("/orders/retail", &body).await.expect(201);
    assert_eq!(
        (&placed["billingAddress"], &placed["tax"]),
        (&home, &usd("0.00")),
        "the shipping address by default"
    );
    body["billingAddress"] = firm.clone();
    let placed = shop.by(GUEST).post("/orders/retail", &body).await.expect(201);
    let path = format!("/orders/retail/{}", placed["id"].as_str().unwrap());
    assert_eq!((&placed["billingAddress"], &placed["tax"]), (&firm, &usd("0.00")));
    // Another delivery address, another tax; the invoice still goes to the firm.
    let moved = json!({ "items": body["items"], "shippingAddress": firm });
    let moved = shop.by(GUEST).put(&path, &moved).await.expect(200);
    assert_eq!((&moved["billingAddress"], &moved["tax"]), (&firm, &usd("1.00")));
    let billed = json!({ "items": body["items"], "billingAddress": home });
    let billed = shop.by(GUEST).put(&path, &billed).await.expect(200);
    assert_eq!((&billed["billingAddress"], &billed["tax"]), (&home, &usd("1.00")));
    assert_eq!(shop.get(&path).await.expect(200)["billingAddress"], home);
    let wholesale = json!({ "customerId": crate::shop::BUYER, "warehouseId": SHOP, "purchaseOrderNumber": "PO-1",
        "items": [{ "sku": "A", "quantity": 6 }], "billingAddress": firm });
    let wholesale = shop.post("/orders/wholesale", wholesale).await.expect(201);
    assert_eq!((&wholesale["billingAddress"], &wholesale["tax"]), (&firm, &usd("0.00")));
    body["billingAddress"]["region"] = json!("Albany");
    let refused = shop.by(GUEST).post("/orders/retail", &body).await;
    refused.refused(422, "VALIDATION_FAILED");
    assert_eq!(refused.json()["errors"][0]["pointer"], "/billingAddress/region");
}

fn line_ids(order: &Value) -> Vec<String> {
    order["items"]
        .as_array()
        .unwrap()
        .iter()
        .map(|line| line["lineId"].as_str().unwrap().to_owned())
        .collect()
}

#[tokio::test]
async fn each_line_has_a_stable_id_that_refunds_and_shipments_may_name() {
    let shop = Shop::open(&[("A", 20), ("B", 20)]).await;
    let placed =
        shop.by(GUEST).post("/orders/retail", retail_body(&[("A", 1), ("A", 2), ("B", 1)])).await.expect(201);
    let (id, first) = (placed["id"].as_str().unwrap().to_owned(), line_ids(&placed));
    assert_eq!(line_ids(&shop.order(&id).await), first);
    // A line that is gone names no other line.
    let items = json!({ "items": [{ "sku": "B", "quantity": 2 }, { "sku": "A", "quantity": 2 }, { "sku": "A", "quantity": 3 }] });
    let changed = shop.by(GUEST).put(&format!("/orders/retail/{id}"), items).await.expect(200);
    let ids = line_ids(&changed);
    assert!(first.iter().all(|gone| !ids.contains(gone)), "{first:?} {ids:?}");
    let paid = shop.pay(&id, "tok_approve").await.expect(200);
    assert_eq!((line_ids(&paid), line_ids(&shop.order(&id).await)), (ids.clone(), ids.clone()));

    let third = json!({ "lineId": ids[2], "quantity": 1 });
    let sent = shop.post(&format!("/orders/{id}/shipments"), json!({ "items": [third] })).await.expect(201);
    assert_eq!(
        sent["items"],
        json!([{ "lineId": ids[2], "sku": "A", "name": "Thing A - A", "quantity": 1 }])
    );
    let refund = |item: Value| json!({ "items": [item], "reason": "x", "restock": true });
    let path = format!("/orders/{id}/refunds");
    let back = shop.post(&path, refund(json!({ "lineId": ids[2], "quantity": 1 }))).await.expect(201);
    assert_eq!((&back["items"][0]["lineId"], &back["items"][0]["quantity"]), (&json!(ids[2]), &json!(1)));
    // By SKU as before: the lines of the SKU in their order.
    let back = shop.post(&path, refund(json!({ "sku": "A", "quantity": 3 }))).await.expect(201);
    let lines: Vec<_> =
        back["items"].as_array().unwrap().iter().map(|line| (&line["lineId"], &line["quantity"])).collect();
    assert_eq!(lines, [(&json!(ids[1]), &json!(2)), (&json!(ids[2]), &json!(1))]);
    let gone = shop.post(&path, refund(json!({ "lineId": first[0], "quantity": 1 }))).await;
    gone.refused(422, "VALIDATION_FAILED");
    assert_eq!(gone.json()["errors"][0]["pointer"], "/items/0/lineId");
    let neither = shop.post(&path, refund(json!({ "quantity": 1 }))).await;
    assert_eq!(neither.json()["errors"][0]["pointer"], "/items/0");
    shop.reconciled().await;
}

#[tokio::test]
async fn order_created_tells_the_number_and_the_items() {
    let shop = Shop::open(&[("A", 5)]).await;
    let placed =
        shop.by(GUEST).post("/orders/retail", retail_body(&[("A", 2), ("POST", 1)])).await.expect(201);
    let sale = json!({ "terminalId": "T1", "warehouseId": SHOP, "items": [{ "sku": "A", "quantity": 1 }],
        "payments": [{ "method": "Cash", "amount": usd("10.00") }] });
    let sale = shop.by(CASHIER).post("/orders/pos", sale).await.expect(201);
    let events = shop.events().await;
    let created: Vec<Value> = events
        .iter()
        .filter(|(_, event)| event.kind == EventKind::OrderCreated)
        .map(|(_, event)| serde_json::from_str(event.data.get()).unwrap())
        .collect();
    assert_eq!(
        (&created[0]["orderNumber"], &created[1]["orderNumber"]),
        (&placed["orderNumber"], &sale["orderNumber"])
    );
    let price = |minor| json!({ "minor": minor, "currency": "USD" });
    let items = json!([
        { "sku": "A", "kind": "Goods", "quantity": 2, "unitPrice": price(1000) },
        { "sku": "POST", "kind": "Shipping", "quantity": 1, "unitPrice": price(300) },
    ]);
    assert_eq!((&created[0]["items"], &created[0]["warehouseId"]), (&items, &json!(SHOP)));
}

#[tokio::test]
async fn the_buyer_who_lost_the_race_at_payment_was_cancelled_by_the_system() {
    let shop = Shop::open(&[("LAST", 1)]).await;
    let (one, other) = (shop.guest_order(&[("LAST", 1)]).await, shop.guest_order(&[("LAST", 1)]).await);
    shop.pay(&one, "tok_approve").await.expect(200);
    shop.by(GUEST)
        .post(&format!("/orders/retail/{other}/confirm"), card("tok_approve"))
        .await
        .refused(409, "OUT_OF_STOCK");
    let cancelled = shop.order(&other).await;
    assert_eq!(cancelled["cancellation"]["autoCancelled"], true);
    assert_eq!(cancelled["cancellation"]["reason"], "out of stock: LAST");
    let events = shop.events().await;
    let told = events
        .iter()
        .find(|(_, event)| event.kind == EventKind::OrderCancelled && event.data.get().contains(&other));
    let told: Value = serde_json::from_str(told.unwrap().1.data.get()).unwrap();
    assert_eq!((&told["autoCancelled"], &told["reason"]), (&json!(true), &json!("out of stock: LAST")));
    assert_eq!(
        shop.by(Role::Warehouse).get("/orders/fulfilment").await.expect(200)["data"]
            .as_array()
            .unwrap()
            .len(),
        1
    );
}
