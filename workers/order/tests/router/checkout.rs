//! The checkout: declined, timed out, out of stock, stopped half-way, raced.

use contracts::Service;
use serde_json::json;

use crate::shop::{BUYER, GUEST, SHOP, SYSTEM, Shop, card, id};

#[tokio::test]
async fn a_declined_payment_is_kept_and_the_order_waits_for_another() {
    let shop = Shop::open(&[("A", 1)]).await;
    let order = shop.guest_order(&[("A", 1)]).await;
    let declined = shop.pay(&order, "tok_decline_stolen_card").await;
    assert_eq!(declined.refused(402, "PAYMENT_DECLINED"), ["/payment"]);
    let waiting = shop.order(&order).await;
    assert_eq!(waiting["status"], "PendingPayment");
    assert_eq!(waiting["payments"][0]["failureReason"], "stolen_card");
    let paid = shop.pay(&order, "tok_approve").await.expect(200);
    let statuses: Vec<_> = paid["payments"].as_array().unwrap().iter().map(|p| p["status"].clone()).collect();
    assert_eq!(statuses, ["Declined", "Captured"]);
    shop.reconciled().await;
}

#[tokio::test]
async fn a_timeout_is_settled_by_the_sweep() {
    for (token, status, payment, resumed) in [
        ("tok_timeout", "Completed", "Captured", 1),
        ("tok_timeout_declined", "PendingPayment", "Declined", 1),
        ("tok_timeout_lost", "PendingPayment", "Voided", 1),
        ("tok_capture_fail", "Completed", "Captured", 1),
    ] {
        let shop = Shop::open(&[("A", 1)]).await;
        let order = shop.guest_order(&[("A", 1)]).await;
        shop.pay(&order, token).await.refused(503, "TEMPORARILY_UNAVAILABLE");
        let doubtful = shop.order(&order).await;
        let expected = if token == "tok_capture_fail" { "PaymentConfirmed" } else { "PendingPayment" };
        assert_eq!(doubtful["status"], expected, "{token}");
        // Meanwhile nobody else pays, changes or cancels.
        shop.pay(&order, "tok_approve").await.refused(409, "STATE_CONFLICT");
        let cancel =
            shop.by(GUEST).post(&format!("/orders/retail/{order}/cancel"), json!({ "reason": "x" })).await;
        cancel.refused(409, "STATE_CONFLICT");
        let change = json!({ "items": [{ "sku": "A", "quantity": 2 }] });
        let change = shop.by(GUEST).put(&format!("/orders/retail/{order}"), change).await;
        change.refused(409, "STATE_CONFLICT");
        assert_eq!(shop.sweep().await, 0, "it may still be running");
        shop.house.advance_seconds(31);
        assert_eq!(shop.sweep().await, resumed, "{token}");
        let settled = shop.order(&order).await;
        assert_eq!(settled["status"], status, "{token}");
        assert_eq!(settled["payments"][0]["status"], payment, "{token}");
        assert_eq!(shop.on_hand("A").await, i64::from(status != "Completed"), "{token}");
        shop.reconciled().await;
        if status == "PendingPayment" {
            shop.pay(&order, "tok_approve").await.expect(200);
        }
    }
}

#[tokio::test]
async fn the_same_key_after_a_timeout_is_the_same_attempt() {
    let shop = Shop::open(&[("A", 1)]).await;
    let order = shop.guest_order(&[("A", 1)]).await;
    let path = format!("/orders/retail/{order}/confirm");
    shop.by(GUEST).post_once(&path, "k", card("tok_timeout")).await.expect(503);
    shop.by(GUEST).post_once(&path, "k", card("tok_timeout")).await.refused(409, "IDEMPOTENCY_IN_PROGRESS");
    shop.house.advance_seconds(31);
    let paid = shop.by(GUEST).post_once(&path, "k", card("tok_timeout")).await;
    assert_eq!(paid.expect(200)["status"], "Completed");
    let again = shop.by(GUEST).post_once(&path, "k", card("tok_timeout")).await;
    assert_eq!((again.replayed(), again.text), (true, paid.text));
    shop.by(GUEST).post_once(&path, "other", card("tok_approve")).await.refused(409, "STATE_CONFLICT");
}

/// Found by the simulation: the same request made a second attempt to pay.
#[tokio::test]
async fn a_failure_that_the_sweep_found_is_the_answer_to_its_key() {
    for token in ["tok_timeout_declined", "tok_timeout_lost"] {
        let shop = Shop::open(&[("A", 1)]).await;
        let order = shop.guest_order(&[("A", 1)]).await;
        let path = format!("/orders/retail/{order}/confirm");
        shop.by(GUEST).post_once(&path, "k", card(token)).await.expect(503);
        shop.house.advance_seconds(31);
        assert_eq!(shop.sweep().await, 1);
        shop.by(GUEST).post_once(&path, "k", card(token)).await.refused(402, "PAYMENT_DECLINED");
        assert_eq!(shop.order(&order).await["payments"].as_array().map(Vec::len), Some(1), "{token}");
        shop.by(GUEST).post_once(&path, "new", card("tok_approve")).await.expect(200);
        shop.reconciled().await;
    }
}

#[tokio::test]
async fn a_sale_that_the_sweep_completed_is_the_answer_to_its_key() {
    let shop = Shop::open(&[("A", 1)]).await;
    let order = shop.guest_order(&[("A", 1)]).await;
    let path = format!("/orders/retail/{order}/confirm");
    shop.by(GUEST).post_once(&path, "k", card("tok_timeout")).await.expect(503);
    shop.house.advance_seconds(31);
    assert_eq!(shop.sweep().await, 1);
    let paid = shop.by(GUEST).post_once(&path, "k", card("tok_timeout")).await;
    assert_eq!(paid.expect(200)["status"], "Completed");
}

#[tokio::test]
async fn without_stock_nobody_is_charged_and_the_customer_is_told() {
    for (token, answered) in [("tok_approve", 409), ("tok_void_fail", 503)] {
        let shop = Shop::open(&[("A", 5), ("B", 5)]).await;
        let order = shop.guest_order(&[("B", 1), ("A", 6)]).await;
        let refused = shop.pay(&order, token).await;
        if answered == 409 {
            let body = refused.expect(409);
            assert_eq!(body["code"], "OUT_OF_STOCK");
            let short =
                body["availability"].as_array().unwrap().iter().find(|line| line["sku"] == "A").unwrap();
            assert_eq!(*short, json!({ "sku": "A", "requested": 6, "onHand": 5, "available": false }));
        } else {
            refused.expect(503);
            shop.house.advance_seconds(31);
            assert_eq!(shop.sweep().await, 1);
        }
        let cancelled = shop.order(&order).await;
        assert_eq!(
            (&cancelled["status"], &cancelled["payments"][0]["status"]),
            (&json!("Cancelled"), &json!("Voided"))
        );
        assert_eq!(cancelled["cancellation"]["reason"], "out of stock: A");
        assert_eq!(cancelled["cancellation"]["autoCancelled"], true);
        assert_eq!((shop.on_hand("A").await, shop.on_hand("B").await), (5, 5), "all lines or none");
        let told = shop.number(crate::shop::TOLD_OF_CANCELLATION, &order).await;
        let held = shop
            .number(
                "select count(*) as n from test_provider_payments where status <> 'Voided' and ?1 = ?1",
                "",
            )
            .await;
        assert_eq!((told, held), (1, 0));
        assert_eq!(shop.events_of(&order).await, ["OrderCreated", "OrderCancelled"]);
        shop.reconciled().await;
    }
}

/// Found by the model: the late request took a unit for an order that was cancelled, for ever.
#[tokio::test]
async fn a_request_for_goods_that_comes_after_the_order_was_cancelled_and_a_delivery_takes_nothing() {
    let shop = Shop::open(&[("A", 2)]).await;
    let slow = shop.guest_order(&[("A", 1)]).await;
    // Its request for the goods has left, and has not reached inventory.
    shop.without_inventory().pay(&slow, "tok_approve").await.refused(503, "TEMPORARILY_UNAVAILABLE");
    for _ in 0..2 {
        let other = shop.guest_order(&[("A", 1)]).await;
        shop.pay(&other, "tok_approve").await.expect(200);
    }
    shop.house.advance_seconds(31);
    assert_eq!(shop.sweep().await, 1);
    let cancelled = shop.order(&slow).await;
    assert_eq!(
        (&cancelled["status"], &cancelled["payments"][0]["status"]),
        (&json!("Cancelled"), &json!("Voided"))
    );
    shop.receive("A", 1).await;
    let items = json!([{ "sku": "A", "quantity": 1 }]);
    let request = json!({ "orderId": slow, "warehouseId": SHOP, "channel": "RetailWeb", "items": items });
    let late = shop.at(Service::Inventory).by(SYSTEM).post("/inventory/deduct", request).await;
    late.refused(409, "OUT_OF_STOCK");
    assert_eq!(shop.on_hand("A").await, 1);
    shop.house.settle().await;
    let body = json!({ "ids": [slow] });
    let path = "/internal/reconciliation/lookup";
    let found = shop.at(Service::Inventory).by(SYSTEM).post(path, body).await;
    assert_eq!(found.expect(200)["found"], json!([]));
    // The unit is the next buyer's.
    let next = shop.guest_order(&[("A", 1)]).await;
    shop.pay(&next, "tok_approve").await.expect(200);
    shop.reconciled().await;
}

#[tokio::test]
async fn postage_alone_takes_nothing_from_stock() {
    let shop = Shop::open(&[]).await;
    let order = shop.guest_order(&[("POST", 2)]).await;
    assert_eq!(shop.pay(&order, "tok_approve").await.expect(200)["status"], "Completed");
    shop.reconciled().await;
}

/// Everybody presses the button at once.
async fn race(shop: &Shop, requests: Vec<(String, serde_json::Value)>) -> Vec<u16> {
    let tasks = requests.into_iter().map(|(path, body)| {
        let shop = shop.clone();
        tokio::spawn(async move { shop.post(&path, body).await.status })
    });
    let tasks: Vec<_> = tasks.collect();
    let mut statuses = Vec::new();
    for task in tasks {
        statuses.push(task.await.unwrap());
    }
    statuses
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn twenty_buyers_race_for_five_units() {
    let shop = Shop::open(&[("A", 5)]).await;
    let mut requests = Vec::new();
    for _ in 0..20 {
        let order = shop.guest_order(&[("A", 1)]).await;
        requests.push((format!("/orders/retail/{order}/confirm"), card("tok_approve")));
    }
    let statuses = race(&shop, requests).await;
    assert_eq!(statuses.iter().filter(|status| **status == 200).count(), 5);
    assert_eq!(statuses.iter().filter(|status| **status == 409).count(), 15);
    assert_eq!(shop.on_hand("A").await, 0);
    shop.house.settle().await;
    let count = "select count(*) as n from orders where status = ?1";
    assert_eq!(shop.number(count, "Completed").await, 5);
    assert_eq!(shop.number(count, "Cancelled").await, 15);
    shop.reconciled().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn two_confirmations_at_once_are_one_payment() {
    let shop = Shop::open(&[("A", 50)]).await;
    for _ in 0..5 {
        let order = shop.guest_order(&[("A", 1)]).await;
        let requests = (0..6).map(|_| (format!("/orders/retail/{order}/confirm"), card("tok_approve")));
        let statuses = race(&shop, requests.collect()).await;
        assert_eq!(statuses.iter().filter(|status| **status == 200).count(), 1, "{statuses:?}");
        assert!(statuses.iter().all(|status| [200, 409].contains(status)), "{statuses:?}");
        let order = shop.order(&order).await;
        assert_eq!(order["payments"].as_array().unwrap().len(), 1);
    }
    assert_eq!(shop.on_hand("A").await, 45);
    shop.reconciled().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn the_credit_limit_holds_when_orders_come_at_once() {
    let shop = Shop::open(&[]).await;
    // 30 x 7.00 = 210.00 each, the limit is 1,000.00.
    let body = |number| {
        json!({
            "id": id(number), "customerId": BUYER, "warehouseId": SHOP, "purchaseOrderNumber": "PO", "paymentTerms": "Net30",
            "items": [{ "sku": "A", "quantity": 30 }],
        })
    };
    let requests = (0..10).map(|number| ("/orders/wholesale".to_owned(), body(number)));
    let statuses = race(&shop, requests.collect()).await;
    assert_eq!(statuses.iter().filter(|status| **status == 201).count(), 4, "{statuses:?}");
    assert_eq!(statuses.iter().filter(|status| **status == 422).count(), 6, "{statuses:?}");
    assert_eq!(shop.exposure().await, 84_000);
    shop.reconciled().await;
}

#[tokio::test]
async fn a_checkout_whose_inventory_is_silent_goes_on_when_it_is_back() {
    let shop = Shop::open(&[("A", 1)]).await;
    let order = shop.guest_order(&[("A", 1)]).await;
    // A house without inventory over the same order database: the deduction gets no answer.
    let lonely = shop.without_inventory();
    let answer = lonely.pay(&order, "tok_approve").await;
    assert_eq!(answer.refused(503, "TEMPORARILY_UNAVAILABLE"), Vec::<String>::new());
    let stopped = shop.order(&order).await;
    assert_eq!(stopped["payments"][0]["status"], "Authorised");
    lonely.house.advance_seconds(31);
    assert_eq!(lonely.sweep().await, 0, "still silent");
    shop.house.advance_seconds(31);
    assert_eq!(shop.sweep().await, 1);
    assert_eq!(shop.order(&order).await["status"], "Completed");
    assert_eq!(shop.on_hand("A").await, 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn sweeps_at_once_complete_a_sale_once() {
    let shop = Shop::open(&[("A", 20)]).await;
    let mut orders = Vec::new();
    for _ in 0..10 {
        let order = shop.guest_order(&[("A", 1)]).await;
        shop.pay(&order, "tok_timeout").await.expect(503);
        orders.push(order);
    }
    shop.house.advance_seconds(31);
    let sweeps = (0..4).map(|_| {
        let shop = shop.clone();
        tokio::spawn(async move { shop.sweep().await })
    });
    for sweep in sweeps.collect::<Vec<_>>() {
        sweep.await.unwrap();
    }
    for order in &orders {
        assert_eq!(shop.order(order).await["status"], "Completed");
        let names = shop.events_of(order).await;
        assert_eq!(names, ["OrderCreated", "PaymentConfirmed", "OrderCompleted"]);
    }
    assert_eq!(shop.on_hand("A").await, 10);
    let counted = shop.number("select sum(orders) as n from sales_by_day where ?1 = ?1", "").await;
    assert_eq!(counted, 10);
    shop.reconciled().await;
}
