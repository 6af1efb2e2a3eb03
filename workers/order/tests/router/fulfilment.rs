//! What was sold on the web is picked, packed, shipped in parts, delivered, or picked up; and never more than was bought.

use native::client::Answer;
use serde_json::{Value, json};
use web::Role;

use crate::shop::{CASHIER, CUSTOMER, GUEST, SHOP, Shop, WHOLESALER, id, usd};

/// A guest has paid for these.
async fn paid(shop: &Shop, items: &[(&str, i64)]) -> String {
    let order = shop.guest_order(items).await;
    shop.pay(&order, "tok_approve").await.expect(200);
    order
}

async fn send(shop: &Shop, order: &str, body: Value) -> Answer {
    shop.by(Role::Warehouse).post(&format!("/orders/{order}/shipments"), body).await
}

async fn step(shop: &Shop, shipment: &Value, step: &str, body: Value) -> Answer {
    let (order, id) = (shipment["orderId"].as_str().unwrap(), shipment["id"].as_str().unwrap());
    shop.by(Role::Warehouse).post(&format!("/orders/{order}/shipments/{id}/{step}"), body).await
}

/// How far an order is, and of each line what has left and what nobody sends.
async fn far(shop: &Shop, order: &str) -> String {
    let order = shop.order(order).await;
    let line = |line: &Value| format!("{} {}", line["shipped"], line["toShip"]);
    let lines: Vec<String> = order["items"].as_array().unwrap().iter().map(line).collect();
    format!("{} {}", order["fulfilment"].as_str().unwrap(), lines.join(", "))
}

async fn refund(shop: &Shop, order: &str, item: Value) -> Answer {
    let body = json!({ "items": [item], "reason": "As agreed", "restock": true });
    shop.post(&format!("/orders/{order}/refunds"), body).await
}

async fn told(shop: &Shop, order: &str) -> Vec<(String, String)> {
    #[derive(serde::Deserialize)]
    struct Row {
        kind: String,
        message: String,
    }
    let sql = store::Sql {
        name: "TOLD",
        text: "select body ->> '$.data.content.template' as kind, body ->> '$.data.content.data' as message from outbox
            where queue = 'mail-inbox' and body ->> '$.data.content.data.order.orderId' = ?1
                and body ->> '$.data.to.email' = 'guest@home.test' and body ->> '$.data.content.template' <> 'OrderReceived'
            order by rowid",
        scan: None,
    };
    let statement = sql.bind([store::IntoValue::into_value(order)]);
    let rows: Vec<Row> = store::Database::query(&shop.database(), statement).await.unwrap().read().unwrap();
    rows.into_iter().map(|row| (row.kind, row.message)).collect()
}

#[tokio::test]
async fn an_order_is_shipped_in_parts_with_tracking_and_delivered() {
    let shop = Shop::open(&[("A", 9), ("B", 9)]).await;
    let order = paid(&shop, &[("A", 3), ("B", 2), ("POST", 1)]).await;
    assert_eq!(far(&shop, &order).await, "Unfulfilled 0 3, 0 2, null null");
    let parcel = json!({
        "items": [{ "sku": "a", "quantity": 2 }], "carrier": "DHL", "trackingNumber": "JD 1",
        "trackingUrl": "https://track.example/JD1",
    });
    let first = send(&shop, &order, parcel).await.expect(201);
    assert_eq!((&first["status"], &first["method"]), (&json!("Shipped"), &json!("Delivery")));
    assert_eq!((&first["items"][0]["sku"], &first["items"][0]["quantity"]), (&json!("A"), &json!(2)));
    assert_eq!(far(&shop, &order).await, "PartiallyFulfilled 2 1, 0 2, null null");
    step(&shop, &first, "deliver", json!({})).await.expect(200);

    // Then picked, packed and shipped: each is a step.
    let rest = send(&shop, &order, json!({ "status": "Picking" })).await.expect(201);
    assert_eq!(rest["items"].as_array().unwrap().len(), 2);
    assert_eq!(far(&shop, &order).await, "PartiallyFulfilled 2 0, 0 0, null null");
    step(&shop, &rest, "deliver", json!({})).await.refused(409, "STATE_CONFLICT");
    assert_eq!(step(&shop, &rest, "pack", json!({})).await.expect(200)["status"], "Packed");
    let shipped = step(&shop, &rest, "ship", json!({ "carrier": "UPS" })).await.expect(200);
    assert_eq!((&shipped["status"], &shipped["carrier"]), (&json!("Shipped"), &json!("UPS")));
    assert_eq!(far(&shop, &order).await, "Fulfilled 3 0, 2 0, null null");
    let delivered = step(&shop, &rest, "deliver", json!({})).await.expect(200);
    assert_eq!((&delivered["status"], delivered["deliveredAt"].is_string()), (&json!("Delivered"), true));
    step(&shop, &rest, "cancel", json!({ "reason": "x" })).await.refused(409, "STATE_CONFLICT");
    send(&shop, &order, json!({})).await.refused(409, "STATE_CONFLICT");

    let told = told(&shop, &order).await;
    let kinds: Vec<&str> = told.iter().map(|(kind, _)| kind.as_str()).collect();
    assert_eq!(kinds, ["OrderShipped", "OrderDelivered", "OrderShipped", "OrderDelivered"]);
    let mail: Value = serde_json::from_str(&told[0].1).unwrap();
    assert_eq!(mail["order"]["orderNumber"], shop.order(&order).await["orderNumber"]);
    assert_eq!((&mail["carrier"], &mail["trackingNumber"]), (&json!("DHL"), &json!("JD 1")));
    assert_eq!(mail["trackingUrl"], "https://track.example/JD1");
    assert_eq!(mail["items"], json!([["Thing A - A", 2]]));
    shop.reconciled().await;
}

#[tokio::test]
async fn what_is_picked_up_waits_at_the_counter() {
    let shop = Shop::open(&[("A", 9)]).await;
    let order = paid(&shop, &[("A", 2)]).await;
    let ready = send(&shop, &order, json!({ "method": "PickUp" })).await.expect(201);
    assert_eq!(ready["status"], "ReadyForPickUp");
    assert_eq!(far(&shop, &order).await, "InProgress 0 0");
    step(&shop, &ready, "ship", json!({})).await.refused(409, "STATE_CONFLICT");
    assert_eq!(step(&shop, &ready, "deliver", json!({})).await.expect(200)["status"], "PickedUp");
    assert_eq!(far(&shop, &order).await, "Fulfilled 2 0");
    let told = told(&shop, &order).await;
    assert_eq!(
        told.iter().map(|(kind, _)| kind.as_str()).collect::<Vec<_>>(),
        ["OrderReadyForPickUp", "OrderPickedUp"]
    );
    shop.reconciled().await;
}

#[tokio::test]
async fn a_shipment_that_never_left_is_cancelled_and_its_goods_are_to_be_sent_again() {
    let shop = Shop::open(&[("A", 9)]).await;
    let order = paid(&shop, &[("A", 3)]).await;
    let packed = send(&shop, &order, json!({ "status": "Packed", "items": [{ "sku": "A", "quantity": 1 }] }))
        .await
        .expect(201);
    let lost = send(&shop, &order, json!({})).await.expect(201);
    assert_eq!(far(&shop, &order).await, "PartiallyFulfilled 2 0");
    for shipment in [&packed, &lost] {
        let cancelled = step(&shop, shipment, "cancel", json!({ "reason": "Wrong label" })).await.expect(200);
        assert_eq!(
            (&cancelled["status"], &cancelled["cancelReason"]),
            (&json!("Cancelled"), &json!("Wrong label"))
        );
        step(&shop, shipment, "ship", json!({})).await.refused(409, "STATE_CONFLICT");
    }
    assert_eq!(far(&shop, &order).await, "Unfulfilled 0 3");
    let told = told(&shop, &order).await;
    assert_eq!(
        told.iter().map(|(kind, _)| kind.as_str()).collect::<Vec<_>>(),
        ["OrderShipped", "ShipmentCancelled"]
    );
    assert!(!told[1].1.contains("Wrong label"), "{}", told[1].1);
    shop.reconciled().await;
}

#[tokio::test]
async fn no_more_is_shipped_than_was_bought_and_not_refunded() {
    let shop = Shop::open(&[("A", 9), ("B", 9)]).await;
    let order = paid(&shop, &[("A", 3), ("B", 1), ("POST", 1)]).await;
    let too_many = send(&shop, &order, json!({ "items": [{ "sku": "A", "quantity": 4 }] })).await;
    too_many.refused(422, "SHIPMENT_EXCEEDS_ORDER");
    assert_eq!(
        too_many.json()["errors"],
        json!([{ "pointer": "/items/0/quantity", "detail": "must be at most 3" }])
    );
    for (item, field) in [
        (json!({ "sku": "C", "quantity": 1 }), "/items/0/sku"),
        (json!({ "lineId": SHOP, "quantity": 1 }), "/items/0/lineId"),
        (json!({ "sku": "POST", "quantity": 1 }), "/items/0"),
        (json!({ "quantity": 1 }), "/items/0"),
        (json!({ "sku": "A", "lineId": SHOP, "quantity": 1 }), "/items/0/lineId"),
    ] {
        let refused = send(&shop, &order, json!({ "items": [item] })).await;
        refused.refused(422, "VALIDATION_FAILED");
        assert_eq!(refused.json()["errors"][0]["pointer"], field);
    }
    for (body, field) in [
        (json!({ "trackingUrl": "javascript:alert(1)" }), "/trackingUrl"),
        (json!({ "status": "Delivered" }), "/status"),
        (json!({ "status": "Packed", "carrier": "DHL" }), "/status"),
        (json!({ "method": "PickUp", "status": "Shipped" }), "/status"),
    ] {
        let refused = send(&shop, &order, body).await;
        refused.refused(422, "VALIDATION_FAILED");
        assert_eq!(refused.json()["errors"][0]["pointer"], field);
    }
    // What was refunded before anybody sent it is not sent; postage has nothing to do with it.
    refund(&shop, &order, json!({ "sku": "A", "quantity": 1 })).await.expect(201);
    refund(&shop, &order, json!({ "sku": "POST", "quantity": 1 })).await.expect(201);
    send(&shop, &order, json!({ "items": [{ "sku": "A", "quantity": 3 }] }))
        .await
        .refused(422, "SHIPMENT_EXCEEDS_ORDER");
    send(&shop, &order, json!({ "items": [{ "sku": "A", "quantity": 1 }] })).await.expect(201);
    // A unit that the customer has comes back: the other one is still to be sent.
    refund(&shop, &order, json!({ "sku": "A", "quantity": 1, "ofShipped": true })).await.expect(201);
    assert_eq!(far(&shop, &order).await, "PartiallyFulfilled 1 1, 0 1, null null");
    refund(&shop, &order, json!({ "sku": "B", "quantity": 1, "ofShipped": true }))
        .await
        .refused(409, "STATE_CONFLICT");
    send(&shop, &order, json!({})).await.expect(201);
    assert_eq!(far(&shop, &order).await, "Fulfilled 2 0, 1 0, null null");
    shop.reconciled().await;
}

#[tokio::test]
async fn what_is_packed_is_refunded_only_after_its_shipment_was_cancelled() {
    let shop = Shop::open(&[("A", 9)]).await;
    let order = paid(&shop, &[("A", 2)]).await;
    let packed = send(&shop, &order, json!({ "status": "Packed" })).await.expect(201);
    refund(&shop, &order, json!({ "sku": "A", "quantity": 2 })).await.refused(409, "STATE_CONFLICT");
    step(&shop, &packed, "cancel", json!({ "reason": "Not wanted" })).await.expect(200);
    refund(&shop, &order, json!({ "sku": "A", "quantity": 2 })).await.expect(201);
    assert_eq!(far(&shop, &order).await, "Cancelled 0 0");
    send(&shop, &order, json!({})).await.refused(409, "STATE_CONFLICT");
    // It was refunded as sent, and then it had not left: it is not sent again.
    let order = paid(&shop, &[("A", 2)]).await;
    let sent = send(&shop, &order, json!({})).await.expect(201);
    refund(&shop, &order, json!({ "sku": "A", "quantity": 1 })).await.expect(201);
    step(&shop, &sent, "cancel", json!({ "reason": "Never left" })).await.expect(200);
    assert_eq!(far(&shop, &order).await, "Unfulfilled 0 1");
    send(&shop, &order, json!({ "items": [{ "sku": "A", "quantity": 2 }] }))
        .await
        .refused(422, "SHIPMENT_EXCEEDS_ORDER");
    shop.reconciled().await;
}

#[tokio::test]
async fn only_a_completed_web_order_is_shipped_and_only_by_who_may() {
    let shop = Shop::open(&[("A", 20)]).await;
    let waiting = shop.guest_order(&[("A", 1)]).await;
    send(&shop, &waiting, json!({})).await.refused(409, "STATE_CONFLICT");
    let sale = json!({ "terminalId": "T1", "warehouseId": SHOP, "items": [{ "sku": "A", "quantity": 1 }],
        "payments": [{ "method": "Cash", "amount": usd("10.00") }] });
    let sale = shop.by(CASHIER).post("/orders/pos", sale).await.expect(201);
    assert_eq!((&sale["fulfilment"], &sale["shipments"]), (&json!("Fulfilled"), &Value::Null));
    send(&shop, sale["id"].as_str().unwrap(), json!({})).await.refused(409, "STATE_CONFLICT");
    send(&shop, &id(77), json!({})).await.refused(404, "NOT_FOUND");
    let order = paid(&shop, &[("A", 1)]).await;
    let path = format!("/orders/{order}/shipments");
    for caller in [Role::Cashier, Role::Accountant, GUEST] {
        assert!([401, 403].contains(&shop.by(caller).post(&path, json!({})).await.status), "{caller:?}");
    }
    shop.by(CUSTOMER).post(&path, json!({})).await.refused(403, "FORBIDDEN");
    // Services alone have nothing to send.
    let wrapping = paid(&shop, &[("POST", 1)]).await;
    assert_eq!(far(&shop, &wrapping).await, "Fulfilled null null");
    send(&shop, &wrapping, json!({})).await.refused(409, "STATE_CONFLICT");
    shop.reconciled().await;
}

#[tokio::test]
async fn the_same_shipment_sent_again_is_the_same() {
    let shop = Shop::open(&[("A", 20)]).await;
    let order = paid(&shop, &[("A", 4)]).await;
    let body =
        json!({ "id": "0193e9a0-0000-7000-8000-00000000f001", "items": [{ "sku": "A", "quantity": 1 }] });
    let first = send(&shop, &order, body.clone()).await.expect(201);
    assert_eq!(send(&shop, &order, body.clone()).await.expect(201), first);
    let mut other = body.clone();
    other["items"][0]["quantity"] = json!(2);
    send(&shop, &order, other).await.refused(409, "STATE_CONFLICT");
    let elsewhere = paid(&shop, &[("A", 1)]).await;
    send(&shop, &elsewhere, body).await.refused(409, "STATE_CONFLICT");
    assert_eq!(far(&shop, &order).await, "PartiallyFulfilled 1 3");
    let (here, there) = (shop.order(&order).await["version"].clone(), first["orderId"].clone());
    send(&shop, there.as_str().unwrap(), json!({ "items": [{ "sku": "A", "quantity": 1 }] }))
        .await
        .expect(201);
    assert!(shop.order(&order).await["version"].as_i64() > here.as_i64(), "another version with each change");
}

#[tokio::test]
async fn the_customer_sees_how_far_the_order_is_also_a_guest_with_the_token() {
    let shop = Shop::open(&[("A", 20)]).await;
    let order = paid(&shop, &[("A", 1)]).await;
    let shipment = send(&shop, &order, json!({ "carrier": "DHL" })).await.expect(201);
    step(&shop, &shipment, "cancel", json!({ "reason": "Secret" })).await.expect(200);
    send(&shop, &order, json!({ "trackingNumber": "1Z" })).await.expect(201);
    let guest = shop.by(GUEST);
    let seen = guest.get(&format!("/orders/{order}")).await.expect(200);
    assert_eq!(
        (&seen["fulfilment"], &seen["shipments"][1]["trackingNumber"]),
        (&json!("Fulfilled"), &json!("1Z"))
    );
    let listed = guest.get(&format!("/orders/{order}/shipments?limit=1")).await;
    let page = listed.expect(200);
    assert_eq!(page["data"][0]["status"], "Cancelled");
    let next = page["nextCursor"].as_str().unwrap();
    let page = guest.get(&format!("/orders/{order}/shipments?limit=1&cursor={next}")).await.expect(200);
    assert_eq!((&page["data"][0]["status"], &page["nextCursor"]), (&json!("Shipped"), &Value::Null));
    for hidden in ["Secret", "createdBy"] {
        assert!(!seen.to_string().contains(hidden) && !listed.text.contains(hidden), "{hidden}");
    }
    shop.house.forget_order_tokens();
    guest.get(&format!("/orders/{order}/shipments")).await.refused(404, "NOT_FOUND");
}

#[tokio::test]
async fn the_warehouse_has_a_list_of_what_to_pick_the_oldest_first() {
    let shop = Shop::open(&[("A", 40)]).await;
    let mut orders = Vec::new();
    for _ in 0..2 {
        orders.push(paid(&shop, &[("A", 2)]).await);
        shop.house.advance_seconds(1);
    }
    let body = json!({ "customerId": crate::shop::BUYER, "warehouseId": SHOP, "purchaseOrderNumber": "PO-1",
        "paymentTerms": "Prepaid", "items": [{ "sku": "A", "quantity": 6 }] });
    let wholesale = shop.by(WHOLESALER).post("/orders/wholesale", body).await.expect(201);
    let path = format!("/orders/wholesale/{}", wholesale["id"].as_str().unwrap());
    let transfer = json!({ "payment": { "method": "BankTransfer" } });
    shop.post(&format!("{path}/confirm"), transfer).await.expect(200);
    orders.push(wholesale["id"].as_str().unwrap().to_owned());
    let list = async |query: &str| -> Vec<String> {
        let mut all = Vec::new();
        let mut cursor = String::new();
        loop {
            let path = format!("/orders/fulfilment?limit=1{query}{cursor}");
            let page = shop.by(Role::Warehouse).get(&path).await.expect(200);
            all.extend(
                page["data"].as_array().unwrap().iter().map(|order| order["id"].as_str().unwrap().to_owned()),
            );
            match page["nextCursor"].as_str() {
                Some(next) => cursor = format!("&cursor={next}"),
                None => return all,
            }
        }
    };
    assert_eq!(list("").await, orders);
    assert_eq!(list(&format!("&warehouseId={SHOP}")).await, orders);
    assert_eq!(list(&format!("&warehouseId={}", id(1))).await, Vec::<String>::new());
    send(&shop, &orders[0], json!({ "status": "Picking" })).await.expect(201);
    send(&shop, &orders[1], json!({ "items": [{ "sku": "A", "quantity": 1 }] })).await.expect(201);
    assert_eq!(list("").await, orders[1..], "what somebody picks is not to be picked");
    for (status, expected) in
        [("InProgress", &orders[..1]), ("PartiallyFulfilled", &orders[1..2]), ("Unfulfilled", &orders[2..])]
    {
        assert_eq!(list(&format!("&status={status}")).await, expected, "{status}");
        assert_eq!(list(&format!("&status={status}&warehouseId={SHOP}")).await, expected, "{status}");
    }
    assert_eq!(shop.by(GUEST).get("/orders/fulfilment").await.status, 401);
    shop.by(Role::Warehouse).get("/orders/fulfilment?cursor=x").await.refused(422, "VALIDATION_FAILED");
}
