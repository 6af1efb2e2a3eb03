//! The till: one request sells; offline sales are synced.

use serde_json::{Value, json};

use crate::shop::{CASHIER, SHOP, Shop, WHOLESALER, id, usd};

fn sale(number: u32, items: &Value, amount: &str) -> Value {
    json!({
        "id": id(number), "terminalId": "T1", "terminalSequence": number, "cashierId": "carla", "warehouseId": SHOP,
        "items": items, "payments": [{ "method": "Cash", "amount": usd(amount) }],
    })
}

fn one(sku: &str) -> Value {
    json!([{ "sku": sku, "quantity": 1 }])
}

#[tokio::test]
async fn one_request_sells_with_a_split_tender_and_change() {
    let shop = Shop::open(&[("A", 5)]).await;
    let mut body =
        sale(1, &json!([{ "barcode": "4000A", "quantity": 2 }, { "sku": "B", "quantity": 0 }]), "0");
    body["items"] = json!([{ "barcode": "4000A", "quantity": 2 }]);
    body["payments"] = json!([
        { "method": "Cash", "amount": usd("15.00"), "tendered": usd("20.00") },
        { "method": "CardTerminal", "amount": usd("5.00") },
    ]);
    let answer = shop.by(CASHIER).post("/orders/pos", body).await;
    let timing = answer.header("server-timing").unwrap();
    let own = timing.split(", ").find(|part| part.starts_with("order;")).unwrap();
    assert!(own.contains("queries=1 batches=2 calls=2"), "{own}");
    assert!(timing.contains("inventory;") && timing.contains("product;"), "{timing}");
    let order = answer.expect(201);
    assert_eq!((&order["status"], &order["fulfilment"]), (&json!("Completed"), &json!("Fulfilled")));
    assert_eq!(order["payments"][0]["change"], usd("5.00"));
    assert_eq!((&order["terminalId"], &order["cashierId"]), (&json!("T1"), &json!("carla")));
    assert_eq!(shop.order(&id(1)).await, order, "the answer is what is stored");
    assert_eq!(shop.on_hand("A").await, 3);
    let names = shop.events_of(&id(1)).await;
    assert_eq!(names, ["OrderCreated", "PaymentConfirmed", "PaymentConfirmed", "OrderCompleted"]);
    shop.reconciled().await;
}

#[tokio::test]
async fn the_same_sale_sent_again_is_the_same_sale() {
    let shop = Shop::open(&[("A", 5)]).await;
    let body = sale(1, &one("A"), "10.00");
    let first = shop.by(CASHIER).post("/orders/pos", body.clone()).await;
    let again = shop.by(CASHIER).post("/orders/pos", body.clone()).await;
    assert_eq!((first.status, again.status, again.replayed()), (201, 200, true));
    assert_eq!(first.text, again.text);
    assert_eq!(shop.on_hand("A").await, 4);
    let other = shop.by(CASHIER).post("/orders/pos", sale(1, &one("B"), "5.00")).await;
    assert_eq!(other.refused(409, "STATE_CONFLICT"), ["/id"]);
    let mut reused = sale(2, &one("A"), "10.00");
    reused["terminalSequence"] = json!(1);
    let reused = shop.by(CASHIER).post("/orders/pos", reused).await;
    assert_eq!(reused.refused(409, "STATE_CONFLICT"), ["/terminalSequence"]);

    let keyed = sale(2, &one("A"), "10.00");
    let first = shop.by(CASHIER).post_once("/orders/pos", "k", keyed.clone()).await;
    let again = shop.by(CASHIER).post_once("/orders/pos", "k", keyed).await;
    assert_eq!((first.status, again.status, &again.text), (201, 201, &first.text));
    assert!(again.replayed());
    assert_eq!(first.json()["orderNumber"], "ORD-2026-000002");
}

#[tokio::test]
async fn an_empty_shelf_refuses_the_sale_and_its_count_leaves_no_gap() {
    let shop = Shop::open(&[("A", 1)]).await;
    shop.by(CASHIER).post("/orders/pos", sale(1, &one("A"), "10.00")).await.expect(201);
    let refused = shop.by(CASHIER).post("/orders/pos", sale(2, &one("A"), "10.00")).await;
    refused.refused(409, "OUT_OF_STOCK");
    assert_eq!(refused.json()["availability"][0]["onHand"], 0);
    let again = shop.by(CASHIER).post("/orders/pos", sale(2, &one("A"), "10.00")).await;
    assert_eq!(again.text, refused.text);
    let cancelled = shop.order(&id(2)).await;
    assert_eq!(
        (&cancelled["status"], &cancelled["payments"][0]["status"]),
        (&json!("Cancelled"), &json!("Voided"))
    );
    shop.receive("A", 1).await;
    shop.by(CASHIER).post("/orders/pos", sale(3, &one("A"), "10.00")).await.expect(201);
    shop.reconciled().await;
}

#[tokio::test]
async fn payments_must_make_the_total() {
    let shop = Shop::open(&[("A", 5)]).await;
    let cash = |amount: &str| json!([{ "method": "Cash", "amount": usd(amount) }]);
    for (payments, pointer) in [
        (json!([]), "/payments"),
        (cash("9.99"), "/payments"),
        (cash("10.01"), "/payments"),
        (
            json!([{ "method": "Cash", "amount": usd("10.00"), "tendered": usd("9.00") }]),
            "/payments/0/tendered",
        ),
        (
            json!([{ "method": "CardTerminal", "amount": usd("10.00"), "tendered": usd("10.00") }]),
            "/payments/0/tendered",
        ),
        (json!([{ "method": "Card", "amount": usd("10.00") }]), "/payments/0/method"),
        (json!([{ "method": "PurchaseOrder", "amount": usd("10.00") }]), "/payments/0/method"),
        (json!([{ "method": "Cash", "amount": usd("0.00") }]), "/payments/0/amount"),
        (
            json!([{ "method": "Cash", "amount": { "amount": "10.00", "currency": "EUR" } }]),
            "/payments/0/amount",
        ),
    ] {
        let mut body = sale(1, &one("A"), "10.00");
        body["payments"] = payments;
        let refused = shop.by(CASHIER).post("/orders/pos", body.clone()).await;
        assert_eq!(refused.refused(422, "VALIDATION_FAILED"), [pointer], "{body}");
        if pointer == "/payments" {
            assert!(refused.text.contains("10.00 USD"), "{}", refused.text);
        }
    }
    assert_eq!(shop.on_hand("A").await, 5);
}

#[tokio::test]
async fn an_offline_sale_is_accepted_whatever_the_shelf_says() {
    let shop = Shop::open(&[("A", 1)]).await;
    let mut body = sale(1, &json!([{ "sku": "A", "quantity": 3 }]), "30.00");
    body["offline"] = json!(true);
    body["soldAt"] = json!("2026-11-19T18:00:00Z");
    let order = shop.by(CASHIER).post("/orders/pos", body).await.expect(201);
    assert_eq!((&order["status"], &order["offline"]), (&json!("Completed"), &json!(true)));
    assert_eq!(order["soldAt"], "2026-11-19T18:00:00.000Z");
    assert_eq!(order["reviewReason"], "2 of A were missing in stock");
    assert_eq!(shop.on_hand("A").await, 0);
    shop.reconciled().await;
}

#[tokio::test]
async fn a_till_syncs_what_it_sold_and_hears_how_far_it_has_arrived() {
    let shop = Shop::open(&[("A", 3)]).await;
    let repriced = json!([{ "sku": "A", "quantity": 1, "unitPrice": usd("9.00") }]);
    let broken = json!({ "id": id(5), "terminalId": "T1", "quantity": -1 });
    let sales = json!([
        sale(1, &one("A"), "10.00"),
        sale(3, &repriced, "9.00"),
        sale(4, &json!([{ "sku": "A", "quantity": 5 }]), "50.00"),
        broken,
        sale(6, &one("NOPE"), "1.00"),
        { "terminalId": "T1", "warehouseId": SHOP, "items": one("A"), "payments": [] },
    ]);
    let answer =
        shop.by(CASHIER).post("/orders/pos/sync", json!({ "sales": sales.clone() })).await.expect(200);
    let statuses = |answer: &Value| -> Vec<String> {
        let results = answer["results"].as_array().unwrap();
        results.iter().map(|result| result["status"].as_str().unwrap().to_owned()).collect()
    };
    assert_eq!(statuses(&answer), ["Created", "NeedsReview", "NeedsReview", "Refused", "Refused", "Refused"]);
    assert_eq!(answer["results"][0]["orderNumber"], "ORD-2026-000001");
    assert_eq!(answer["results"][3]["id"], id(5));
    assert_eq!(answer["terminals"], json!([{ "terminalId": "T1", "contiguousThrough": 1 }]));

    let more = json!([sale(2, &one("B"), "5.00"), sale(1, &one("A"), "10.00")]);
    let answer = shop.by(CASHIER).post("/orders/pos/sync", json!({ "sales": more })).await.expect(200);
    assert_eq!(statuses(&answer), ["NeedsReview", "AlreadyKnown"], "B was never received");
    assert_eq!(answer["terminals"], json!([{ "terminalId": "T1", "contiguousThrough": 4 }]));

    let first = shop.by(CASHIER).post_once("/orders/pos/sync", "k", json!({ "sales": sales })).await;
    let again = shop.by(CASHIER).post_once("/orders/pos/sync", "k", json!({ "sales": sales })).await;
    assert_eq!(statuses(&first.expect(200))[0], "AlreadyKnown");
    assert_eq!((again.replayed(), &again.text), (true, &first.text));
    shop.reconciled().await;
}

#[tokio::test]
async fn a_gap_in_a_tills_sequence_is_found() {
    let shop = Shop::open(&[("A", 5)]).await;
    shop.by(CASHIER).post("/orders/pos", sale(1, &one("A"), "10.00")).await.expect(201);
    shop.by(CASHIER).post("/orders/pos", sale(3, &one("A"), "10.00")).await.expect(201);
    let report = shop.by(crate::shop::SYSTEM).get("/internal/reconciliation").await.expect(200);
    let checks = report["checks"].as_array().unwrap();
    let gaps = checks.iter().find(|check| check["name"] == "terminal_sequences_have_no_gaps").unwrap();
    assert_eq!((&gaps["ok"], gaps["failures"].as_array().unwrap().len()), (&json!(false), 1));
    shop.by(CASHIER).post("/orders/pos", sale(2, &one("A"), "10.00")).await.expect(201);
    shop.reconciled().await;
}

#[tokio::test]
async fn a_sale_that_stopped_is_completed_by_the_same_request_or_the_sweep() {
    let shop = Shop::open(&[("A", 5)]).await;
    let lonely = shop.without_inventory();
    for number in [1, 2] {
        lonely.by(CASHIER).post("/orders/pos", sale(number, &one("A"), "10.00")).await.expect(503);
        assert_eq!(shop.order(&id(number)).await["status"], "PendingPayment");
    }
    let again = shop.by(CASHIER).post("/orders/pos", sale(1, &one("A"), "10.00")).await;
    assert_eq!(again.expect(201)["status"], "Completed");
    shop.house.advance_seconds(31);
    assert_eq!(shop.sweep().await, 1);
    let known = shop.by(CASHIER).post("/orders/pos", sale(2, &one("A"), "10.00")).await;
    assert_eq!((known.status, known.replayed()), (200, true));
    assert_eq!(shop.on_hand("A").await, 3);
    shop.reconciled().await;
}

/// A till that leaves the id to the server, and repeats its request after the sweep has completed the sale.
#[tokio::test]
async fn a_sale_with_a_key_and_no_id_is_sold_once_whoever_completes_it() {
    let shop = Shop::open(&[("A", 5)]).await;
    let mut body = sale(1, &one("A"), "10.00");
    body.as_object_mut().unwrap().remove("id");
    body.as_object_mut().unwrap().remove("terminalSequence");
    let sell = async |shop: &Shop, key: &str| shop.by(CASHIER).post_once("/orders/pos", key, &body).await;
    for key in ["the-sweep-completes-it", "the-retry-completes-it"] {
        sell(&shop.without_inventory(), key).await.expect(503);
    }
    shop.house.advance_seconds(31);
    let retried = sell(&shop, "the-retry-completes-it").await.expect(201);
    assert_eq!(shop.sweep().await, 1);
    let swept = sell(&shop, "the-sweep-completes-it").await.expect(200);
    for (key, first) in [("the-retry-completes-it", retried), ("the-sweep-completes-it", swept)] {
        assert_eq!(first["status"], "Completed");
        assert_eq!(sell(&shop, key).await.ok()["id"], first["id"]);
    }
    let listed = shop.by(CASHIER).get("/orders/pos").await.expect(200);
    assert_eq!((listed["data"].as_array().unwrap().len(), shop.on_hand("A").await), (2, 3));
    shop.reconciled().await;
}

#[tokio::test]
async fn a_sale_whose_answer_was_lost_online_is_the_same_sale_when_it_is_synced() {
    let shop = Shop::open(&[("A", 5)]).await;
    shop.by(CASHIER).post("/orders/pos", sale(1, &one("A"), "10.00")).await.expect(201);
    let mut kept = sale(1, &one("A"), "10.00");
    kept["soldAt"] = json!("2026-11-19T18:00:00Z");
    kept["offline"] = json!(true);
    let answer = shop.by(CASHIER).post("/orders/pos/sync", json!({ "sales": [kept] })).await.expect(200);
    assert_eq!(answer["results"][0]["status"], "AlreadyKnown", "{answer}");
    assert_eq!(shop.on_hand("A").await, 4);
}

#[tokio::test]
async fn only_tills_sell_and_staff_sees_it() {
    let shop = Shop::open(&[("A", 5)]).await;
    let body = sale(1, &one("A"), "10.00");
    assert_eq!(shop.by(WHOLESALER).post("/orders/pos", body.clone()).await.status, 403);
    let mut cheap = sale(1, &json!([{ "sku": "A", "quantity": 1, "unitPrice": usd("1.00") }]), "1.00");
    shop.by(CASHIER).post("/orders/pos", cheap.clone()).await.refused(403, "FORBIDDEN");
    cheap["discount"] = usd("0.50");
    cheap["payments"][0]["amount"] = usd("0.50");
    shop.post("/orders/pos", cheap).await.expect(201);
    assert_eq!(shop.by(WHOLESALER).get("/orders/pos").await.status, 403);
    let list = shop.by(CASHIER).get("/orders/pos").await.expect(200);
    assert_eq!(list["data"][0]["total"], usd("0.50"));
    shop.by(CASHIER).get(&format!("/orders/retail/{}", id(1))).await.expect(404);
    shop.by(CASHIER).get(&format!("/orders/pos/{}", id(1))).await.expect(200);
}

/// The till's sale number 2, as it is synced after the goods went over the counter all the same.
fn handed_over() -> serde_json::Value {
    let mut kept = sale(2, &one("A"), "10.00");
    (kept["soldAt"], kept["offline"]) = (json!("2026-11-20T08:30:00Z"), json!(true));
    json!({ "sales": [kept] })
}

#[tokio::test]
async fn a_sale_refused_online_and_handed_over_all_the_same_is_accepted_when_it_is_synced() {
    let shop = Shop::open(&[("A", 1)]).await;
    shop.by(CASHIER).post("/orders/pos", sale(1, &one("A"), "10.00")).await.expect(201);
    shop.by(CASHIER).post("/orders/pos", sale(2, &one("A"), "10.00")).await.refused(409, "OUT_OF_STOCK");
    shop.house.advance_seconds(60);
    for expected in ["NeedsReview", "AlreadyKnown"] {
        let answer = shop.by(CASHIER).post("/orders/pos/sync", handed_over()).await.expect(200);
        assert_eq!(answer["results"][0]["status"], expected, "{answer}");
        assert_eq!(answer["results"][0]["orderNumber"], "ORD-2026-000002");
        assert_eq!(answer["terminals"][0]["contiguousThrough"], 2);
    }
    let order = shop.order(&id(2)).await;
    assert_eq!(
        (&order["status"], &order["soldAt"]),
        (&json!("Completed"), &json!("2026-11-20T08:30:00.000Z"))
    );
    let reason = order["reviewReason"].as_str().unwrap();
    assert!(reason.contains("handed over all the same"), "{reason}");
    let payments = order["payments"].as_array().unwrap().iter().map(|payment| payment["status"].clone());
    assert_eq!(payments.collect::<Vec<_>>(), [json!("Voided"), json!("Captured")]);
    assert_eq!(shop.events_of(&id(2)).await.iter().filter(|name| **name == "OrderCompleted").count(), 1);
    // Told online once more, it is the sale that it has become.
    let again = shop.by(CASHIER).post("/orders/pos", sale(2, &one("A"), "10.00")).await;
    assert_eq!((again.status, again.replayed()), (200, true));
    shop.reconciled().await;
}

#[tokio::test]
async fn a_refused_sale_that_stops_while_it_is_taken_up_again_is_completed_by_the_sweep() {
    let shop = Shop::open(&[("A", 1)]).await;
    shop.by(CASHIER).post("/orders/pos", sale(1, &one("A"), "10.00")).await.expect(201);
    shop.by(CASHIER).post("/orders/pos", sale(2, &one("A"), "10.00")).await.refused(409, "OUT_OF_STOCK");
    let answer =
        shop.without_inventory().by(CASHIER).post("/orders/pos/sync", handed_over()).await.expect(200);
    assert_eq!(answer["results"][0]["detail"], "is stored and will be completed", "{answer}");
    shop.house.advance_seconds(31);
    assert_eq!(shop.sweep().await, 1);
    assert_eq!(shop.order(&id(2)).await["status"], "Completed");
    shop.reconciled().await;
}

#[tokio::test]
async fn a_web_order_that_was_cancelled_stays_so() {
    let shop = Shop::open(&[("A", 1)]).await;
    let order = shop.guest_order(&[("A", 1)]).await;
    shop.by(crate::shop::GUEST)
        .post(&format!("/orders/retail/{order}/cancel"), json!({ "reason": "No" }))
        .await
        .expect(200);
    let mut stolen = handed_over();
    stolen["sales"][0]["id"] = json!(order);
    let answer = shop.by(CASHIER).post("/orders/pos/sync", stolen).await.expect(200);
    assert_eq!(answer["results"][0]["status"], "Refused", "{answer}");
    assert_eq!(shop.order(&order).await["status"], "Cancelled");
}

#[tokio::test]
async fn a_sale_under_way_online_that_was_handed_over_is_not_refused_later() {
    let shop = Shop::open(&[("A", 1)]).await;
    shop.by(CASHIER).post("/orders/pos", sale(1, &one("A"), "10.00")).await.expect(201);
    let lonely = shop.without_inventory();
    lonely.by(CASHIER).post("/orders/pos", sale(2, &one("A"), "10.00")).await.expect(503);
    // Inventory does not answer the sync either: what it was told is kept all the same.
    let answer = lonely.by(CASHIER).post("/orders/pos/sync", handed_over()).await.expect(200);
    assert_eq!(answer["results"][0]["detail"], "is stored and will be completed", "{answer}");
    shop.house.advance_seconds(31);
    assert_eq!(shop.sweep().await, 1);
    let order = shop.order(&id(2)).await;
    assert_eq!((&order["status"], &order["offline"]), (&json!("Completed"), &json!(true)));
    assert_eq!(order["payments"].as_array().unwrap().len(), 1);
    shop.reconciled().await;
}
