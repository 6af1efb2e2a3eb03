//! The retail web: order, pay, cancel, change.

use contracts::EventKind;
use contracts::events::OrderCompleted;
use native::client::Caller;
use serde_json::json;

use crate::shop::{ADA, BUYER, CUSTOMER, GUEST, SHOP, Shop, WHOLESALER, card, id, retail_body, usd};

#[tokio::test]
async fn a_guest_orders_and_pays_by_card() {
    let shop = Shop::open(&[("A", 5)]).await;
    let order =
        shop.by(GUEST).post("/orders/retail", retail_body(&[("A", 2), ("POST", 1)])).await.expect(201);
    assert_eq!(order["orderNumber"], "ORD-2026-000001");
    assert_eq!((&order["status"], &order["fulfilment"]), (&json!("PendingPayment"), &json!("Unfulfilled")));
    assert_eq!((&order["subtotal"], &order["total"]), (&usd("23.00"), &usd("23.00")));
    assert_eq!(order["customer"], json!({ "email": "guest@home.test", "name": "Gus" }));
    assert_eq!(order["payments"], json!([]));
    assert_eq!(shop.on_hand("A").await, 5, "an order that waits holds no stock");

    let id = order["id"].as_str().unwrap();
    let paid = shop.pay(id, "tok_approve").await;
    assert_eq!(paid.etag(), Some("\"5\""));
    let paid = paid.expect(200);
    assert_eq!((&paid["status"], &paid["payments"][0]["status"]), (&json!("Completed"), &json!("Captured")));
    assert_eq!(paid["payments"][0]["amount"], usd("23.00"));
    assert_eq!(shop.on_hand("A").await, 3);
    assert_eq!(shop.order(id).await, paid, "the answer is what is stored");
    assert_eq!(shop.events_of(id).await, ["OrderCreated", "PaymentConfirmed", "OrderCompleted"]);
    shop.reconciled().await;
}

#[tokio::test]
async fn the_completed_event_has_all_that_the_books_need() {
    let shop = Shop::open(&[("A", 5)]).await;
    let mut body = retail_body(&[("A", 1), ("A", 2), ("POST", 1)]);
    body["shippingAddress"] = json!({ "line1": "1 Main St", "city": "New York", "region": "US-NY" });
    body["discount"] = usd("3.00");
    let order = shop.post("/orders/retail", body).await.expect(201);
    assert_eq!((&order["subtotal"], &order["discount"]), (&usd("33.00"), &usd("3.00")));
    assert_eq!((&order["tax"], &order["total"]), (&usd("3.00"), &usd("33.00")));
    let pay = json!({ "payment": { "method": "Card", "token": "tok_approve" } });
    shop.post(&format!("/orders/retail/{}/confirm", order["id"].as_str().unwrap()), pay).await.expect(200);
    let events = shop.events().await;
    let completed = events.iter().find(|(_, event)| event.kind == EventKind::OrderCompleted).unwrap();
    let completed: OrderCompleted = completed.1.data().unwrap();
    let lines: Vec<_> = completed
        .lines
        .iter()
        .map(|line| (line.sku.as_str(), line.line_total.minor(), line.tax_amount.minor(), line.cost.minor()))
        .collect();
    assert_eq!(lines, [("A", 909, 91, 400), ("A", 1818, 182, 800), ("POST", 273, 27, 0)]);
    assert_eq!((completed.total.minor(), completed.payments[0].amount.minor()), (3300, 3300));
    assert_eq!(completed.lines[1].unit_cost.minor(), 400);
    let summary = shop.by(crate::shop::SYSTEM).get("/internal/summary").await.expect(200);
    assert_eq!(
        summary["today"],
        json!([{ "salesChannel": "RetailWeb", "orders": 1, "total": usd("33.00") }])
    );
    assert_eq!(summary["openOrders"], 0);
    let page = shop.by(crate::shop::SYSTEM).get("/internal/reconciliation/sales").await.expect(200);
    assert_eq!((&page["sales"][0]["units"], &page["sales"][0]["cost"]), (&json!(3), &usd("12.00")));
}

#[tokio::test]
async fn an_order_number_is_never_skipped() {
    let shop = Shop::open(&[]).await;
    shop.guest_order(&[("A", 1)]).await;
    shop.by(GUEST).post("/orders/retail", retail_body(&[("NOPE", 1)])).await.expect(422);
    let mut body = retail_body(&[("A", 1)]);
    body["id"] = json!(id(1));
    shop.by(GUEST).post("/orders/retail", body.clone()).await.expect(201);
    body["items"][0]["quantity"] = json!(2);
    shop.by(GUEST).post("/orders/retail", body).await.expect(409);
    let third = shop.by(GUEST).post("/orders/retail", retail_body(&[("B", 1)])).await.expect(201);
    assert_eq!(third["orderNumber"], "ORD-2026-000003");
}

#[tokio::test]
async fn the_same_id_and_content_is_the_same_order() {
    let shop = Shop::open(&[("A", 5)]).await;
    let mut body = retail_body(&[("A", 2)]);
    body["id"] = json!(id(1));
    let first = shop.by(GUEST).post("/orders/retail", body.clone()).await;
    let again = shop.by(GUEST).post("/orders/retail", body.clone()).await;
    assert_eq!((first.status, again.status, again.replayed()), (201, 200, true));
    assert_eq!(first.json(), again.json());
    body["items"][0]["quantity"] = json!(1);
    let other = shop.by(GUEST).post("/orders/retail", body).await;
    assert_eq!(other.refused(409, "STATE_CONFLICT"), ["/id"]);
}

#[tokio::test]
async fn a_key_replays_creation_payment_and_cancellation_byte_for_byte() {
    let shop = Shop::open(&[("A", 1)]).await;
    let body = retail_body(&[("A", 1)]);
    let first = shop.by(GUEST).post_once("/orders/retail", "k", body.clone()).await;
    let again = shop.by(GUEST).post_once("/orders/retail", "k", body.clone()).await;
    let order = first.expect(201);
    assert!(again.replayed() && !first.replayed());
    assert_eq!((again.status, &again.text), (201, &first.text));

    let path = format!("/orders/retail/{}/confirm", order["id"].as_str().unwrap());
    for (key, token, status) in [("d", "tok_decline", 402), ("c", "tok_approve", 200)] {
        let first = shop.by(GUEST).post_once(&path, key, card(token)).await;
        let again = shop.by(GUEST).post_once(&path, key, card(token)).await;
        first.expect(status);
        assert!(again.replayed());
        assert_eq!((again.status, again.text), (status, first.text));
    }
    // The shop is empty now: the refusal is remembered too.
    let late = shop.guest_order(&[("A", 1)]).await;
    let path = format!("/orders/retail/{late}/confirm");
    let first = shop.by(GUEST).post_once(&path, "o", card("tok_approve")).await;
    let again = shop.by(GUEST).post_once(&path, "o", card("tok_approve")).await;
    first.refused(409, "OUT_OF_STOCK");
    assert_eq!((again.replayed(), again.text), (true, first.text));

    let open = shop.guest_order(&[("B", 1)]).await;
    let path = format!("/orders/retail/{open}/cancel");
    let first = shop.by(GUEST).post_once(&path, "x", json!({ "reason": "changed my mind" })).await;
    let again = shop.by(GUEST).post_once(&path, "x", json!({ "reason": "changed my mind" })).await;
    assert_eq!(first.expect(200)["cancellation"]["reason"], "changed my mind");
    assert_eq!((again.replayed(), again.text), (true, first.text));
    let other = shop.by(GUEST).post_once(&path, "x", json!({ "reason": "other" })).await;
    other.refused(422, "IDEMPOTENCY_KEY_REUSED");
}

#[tokio::test]
async fn an_order_is_changed_while_it_waits() {
    let shop = Shop::open(&[("A", 5)]).await;
    let order = shop.guest_order(&[("A", 1)]).await;
    let path = format!("/orders/retail/{order}");
    let body = json!({ "items": [{ "sku": "B", "quantity": 3 }, { "sku": "POST", "quantity": 1 }] });
    let changed = shop.by(GUEST).put(&path, body.clone()).await;
    assert_eq!(changed.etag(), Some("\"2\""));
    assert_eq!(changed.expect(200)["total"], usd("18.00"));
    assert_eq!(shop.order(&order).await["items"].as_array().unwrap().len(), 2);

    let send = |tag: &'static str| {
        let (shop, path, body) = (shop.clone(), path.clone(), body.clone());
        async move { shop.by(GUEST).with(&[("if-match", tag)]).put(&path, body).await }
    };
    send("\"1\"").await.refused(412, "PRECONDITION_FAILED");
    send("\"2\"").await.expect(200);
    shop.by(GUEST).post(&format!("{path}/cancel"), json!({ "reason": "enough" })).await.expect(200);
    shop.by(GUEST).put(&path, body).await.refused(409, "STATE_CONFLICT");
}

#[tokio::test]
async fn customers_see_their_own_orders_and_nobody_elses() {
    let shop = Shop::open(&[]).await;
    let mut body = retail_body(&[("A", 1)]);
    let own = shop.by(CUSTOMER).post("/orders/retail", body.clone()).await.expect(201);
    assert_eq!(own["customerId"], ADA);
    let own = format!("/orders/retail/{}", own["id"].as_str().unwrap());
    let guests = format!("/orders/{}", shop.guest_order(&[("A", 1)]).await);

    for (who, path, status) in [
        (Caller::from(CUSTOMER), &own, 200),
        (web::Role::Manager.into(), &own, 200),
        (WHOLESALER.into(), &own, 404),
        (GUEST.into(), &own, 404),
        (GUEST.into(), &guests, 200),
        (CUSTOMER.into(), &guests, 200),
    ] {
        assert_eq!(shop.by(who).get(path).await.status, status, "{who:?} {path}");
    }
    shop.by(GUEST).get("/orders/retail").await.expect(401);
    let count = |list: serde_json::Value| list["data"].as_array().unwrap().len();
    assert_eq!(count(shop.by(CUSTOMER).get("/orders/retail").await.expect(200)), 1);
    assert_eq!(count(shop.by(CUSTOMER).get("/orders/retail?status=Completed").await.expect(200)), 0);
    assert_eq!(count(shop.get("/orders/retail?status=PendingPayment").await.expect(200)), 2);
    let page = shop.get("/orders/retail?limit=1").await;
    let timing = page.header("server-timing").unwrap();
    assert!(timing.contains("queries=1 batches=0"), "{timing}");
    let next = page.expect(200)["nextCursor"].as_str().unwrap().to_owned();
    let rest = shop.get(&format!("/orders/retail?limit=1&cursor={next}")).await.expect(200);
    assert!(rest["nextCursor"].is_null());

    body["customer"]["id"] = json!(id(77));
    assert_eq!(
        shop.by(CUSTOMER).post("/orders/retail", body.clone()).await.refused(403, "FORBIDDEN"),
        ["/customer/id"]
    );
    let unknown = shop.post("/orders/retail", body).await;
    assert_eq!(unknown.refused(422, "VALIDATION_FAILED"), ["/customer/id"]);
}

#[tokio::test]
async fn only_managers_set_prices_and_only_staff_record_payments() {
    let shop = Shop::open(&[("A", 5)]).await;
    let mut body = retail_body(&[("A", 1)]);
    body["items"][0]["unitPrice"] = usd("1.00");
    shop.by(CUSTOMER).post("/orders/retail", body.clone()).await.refused(403, "FORBIDDEN");
    let order = shop.post("/orders/retail", body).await.expect(201);
    assert_eq!(order["total"], usd("1.00"));
    let path = format!("/orders/retail/{}/confirm", order["id"].as_str().unwrap());
    let cash = json!({ "payment": { "method": "BankTransfer" } });
    assert_eq!(shop.by(CUSTOMER).post(&path, cash.clone()).await.status, 403);
    let paid = shop.post(&path, cash).await.expect(200);
    assert_eq!(paid["payments"][0]["method"], "BankTransfer");
    shop.reconciled().await;
}

#[tokio::test]
async fn a_warehouse_it_has_not_heard_of_is_asked_for() {
    let shop = Shop::open(&[]).await;
    let other = id(500);
    let body = json!({ "id": other, "code": "NEW", "name": "New", "region": "US-NY" });
    shop.at(contracts::Service::Inventory).post("/inventory/warehouses", body).await.expect(201);
    // The event is still on its way: the tax of the warehouse's region holds all the same.
    let mut order = retail_body(&[("A", 1)]);
    order["warehouseId"] = json!(other);
    assert_eq!(shop.by(GUEST).post("/orders/retail", order.clone()).await.expect(201)["tax"], usd("1.00"));
    shop.house.settle().await;
    assert_eq!(shop.by(GUEST).post("/orders/retail", order.clone()).await.expect(201)["tax"], usd("1.00"));
    order["warehouseId"] = json!(id(404));
    assert_eq!(
        shop.by(GUEST).post("/orders/retail", order).await.refused(422, "VALIDATION_FAILED"),
        ["/warehouseId"]
    );
}

#[tokio::test]
async fn nothing_to_pay_needs_no_payment() {
    let shop = Shop::open(&[("A", 5)]).await;
    let mut body = retail_body(&[("A", 2)]);
    body["discount"] = usd("20.00");
    let order = shop.post("/orders/retail", body.clone()).await.expect(201);
    assert_eq!(order["total"], usd("0.00"));
    let path = format!("/orders/retail/{}/confirm", order["id"].as_str().unwrap());
    let done = shop.by(GUEST).post(&path, json!({})).await.expect(200);
    assert_eq!((&done["status"], &done["payments"]), (&json!("Completed"), &json!([])));
    assert_eq!(
        shop.by(GUEST).post(&path, json!({})).await.expect(200)["status"],
        "Completed",
        "it is so already"
    );
    assert_eq!(shop.events_of(order["id"].as_str().unwrap()).await, ["OrderCreated", "OrderCompleted"]);
    // A payment that is not needed is not made.
    let order = shop.post("/orders/retail", body.clone()).await.expect(201);
    let done = shop.pay(order["id"].as_str().unwrap(), "tok_decline").await.expect(200);
    assert_eq!((&done["status"], &done["payments"]), (&json!("Completed"), &json!([])));
    assert_eq!(shop.on_hand("A").await, 1);
    // Without stock it is not sold either.
    let order = shop.post("/orders/retail", body.clone()).await.expect(201);
    let path = format!("/orders/retail/{}/confirm", order["id"].as_str().unwrap());
    shop.by(GUEST).post(&path, json!({})).await.refused(409, "OUT_OF_STOCK");
    // Where there is something to pay, the payment is required.
    let order = shop.guest_order(&[("A", 1)]).await;
    let refused = shop.by(GUEST).post(&format!("/orders/retail/{order}/confirm"), json!({})).await;
    assert_eq!(refused.refused(422, "VALIDATION_FAILED"), ["/payment"]);
    let wholesale = json!({ "customerId": BUYER, "warehouseId": SHOP, "purchaseOrderNumber": "PO-1", "paymentTerms": "Net30",
        "items": [{ "sku": "B", "quantity": 2, "unitPrice": usd("0.00") }] });
    shop.receive("B", 2).await;
    let order = shop.post("/orders/wholesale", wholesale).await.expect(201);
    let path = format!("/orders/wholesale/{}/confirm", order["id"].as_str().unwrap());
    assert_eq!(shop.post(&path, json!({})).await.expect(200)["status"], "Completed");
    assert_eq!(shop.exposure().await, 0);
    shop.reconciled().await;
}

#[tokio::test]
async fn an_order_without_payment_that_stopped_is_completed_by_the_sweep() {
    let shop = Shop::open(&[("A", 5)]).await;
    let mut body = retail_body(&[("A", 2)]);
    body["discount"] = usd("20.00");
    let order = shop.post("/orders/retail", body).await.expect(201);
    let id = order["id"].as_str().unwrap();
    let stopped = shop.without_inventory().post(&format!("/orders/retail/{id}/confirm"), json!({})).await;
    assert_eq!(stopped.status, 503);
    shop.house.advance_seconds(120);
    shop.sweep().await;
    assert_eq!((&shop.order(id).await["status"], shop.on_hand("A").await), (&json!("Completed"), 3));
    shop.reconciled().await;
}
