//! What follows when a checkout cannot go on: money goes back, others are not held up, the buyer is told.

use serde_json::json;

use crate::shop::{CASHIER, GUEST, SHOP, SYSTEM, Shop, card, usd};

const GIVEN_BACK: &str = "select coalesce(sum(amount_minor), 0) as n from test_provider_refunds where payment_id = ?1 and status = 'Refunded'";

#[tokio::test]
async fn money_that_was_taken_at_once_goes_back_when_the_goods_are_gone() {
    for (token, answered) in [("tok_captured", 409), ("tok_captured_timeout", 503)] {
        let shop = Shop::open(&[("A", 1)]).await;
        let order = shop.guest_order(&[("A", 2)]).await;
        shop.pay(&order, token).await.expect(answered);
        shop.house.advance_seconds(31);
        assert_eq!(shop.sweep().await, i64::from(answered == 503), "{token}");
        let cancelled = shop.order(&order).await;
        assert_eq!(cancelled["status"], "Cancelled", "{token}");
        let payment = &cancelled["payments"][0];
        assert_eq!(payment["status"], "Voided", "{token}");
        assert!(payment["failureReason"].as_str().unwrap().contains("given back"), "{payment}");
        assert_eq!(shop.number(GIVEN_BACK, payment["id"].as_str().unwrap()).await, 2000, "all of it, once");
        let told = "select count(*) as n from outbox where queue = 'mail-inbox' and body ->> '$.data.content.data.givenBack' = 1 and body ->> '$.data.content.data.order.orderId' = ?1";
        assert_eq!(shop.number(told, &order).await, 1);
        shop.reconciled().await;
    }
    let shop = Shop::open(&[("A", 1)]).await;
    let order = shop.guest_order(&[("A", 1)]).await;
    let paid = shop.pay(&order, "tok_captured").await.expect(200);
    assert_eq!(paid["payments"][0]["status"], "Captured");
    assert_eq!(shop.number(GIVEN_BACK, paid["payments"][0]["id"].as_str().unwrap()).await, 0);
}

#[tokio::test]
async fn money_that_the_provider_does_not_give_back_is_never_forgotten() {
    let shop = Shop::open(&[("A", 1)]).await;
    let order = shop.guest_order(&[("A", 2)]).await;
    shop.pay(&order, "tok_captured_decline").await.expect(503);
    shop.house.advance_seconds(301);
    assert_eq!(shop.sweep().await, 0);
    assert_eq!(shop.order(&order).await["status"], "PendingPayment");
    let report = shop.by(SYSTEM).get("/internal/reconciliation").await.expect(200);
    let checks = report["checks"].as_array().unwrap();
    let stuck = checks.iter().find(|check| check["name"] == "checkouts_end").unwrap();
    assert_eq!(stuck["ok"], false, "{stuck}");
}

#[tokio::test]
async fn checkouts_that_never_end_hold_up_no_other() {
    let shop = Shop::open(&[("A", 1), ("B", 1)]).await;
    for _ in 0..50 {
        let stuck = shop.guest_order(&[("A", 2)]).await;
        shop.pay(&stuck, "tok_captured_decline").await.expect(503);
    }
    shop.house.advance_seconds(1);
    let newer = shop.guest_order(&[("B", 1)]).await;
    shop.pay(&newer, "tok_timeout").await.expect(503);
    shop.house.advance_seconds(31);
    assert_eq!(shop.sweep().await, 0, "the fifty that were tried longest ago");
    shop.house.advance_seconds(60);
    assert_eq!(shop.sweep().await, 1, "now it is its turn");
    assert_eq!(shop.order(&newer).await["status"], "Completed");
}

#[tokio::test]
async fn an_attempt_that_fails_after_the_last_unit_went_ends_the_order() {
    for (token, payment) in [("tok_timeout_declined", "Declined"), ("tok_timeout_lost", "Voided")] {
        let shop = Shop::open(&[("A", 1), ("B", 1)]).await;
        let order = shop.guest_order(&[("B", 1), ("A", 1)]).await;
        let path = format!("/orders/retail/{order}/confirm");
        shop.by(GUEST).post_once(&path, "k", card(token)).await.expect(503);
        let at_till = json!({
            "terminalId": "T1", "warehouseId": SHOP, "items": [{ "sku": "A", "quantity": 1 }],
            "payments": [{ "method": "Cash", "amount": usd("10.00") }],
        });
        shop.by(CASHIER).post("/orders/pos", at_till).await.expect(201);
        shop.house.settle().await;
        assert_eq!(shop.order(&order).await["status"], "PendingPayment", "its checkout decides");
        shop.house.advance_seconds(31);
        assert_eq!(shop.sweep().await, 1);

        let cancelled = shop.order(&order).await;
        assert_eq!(cancelled["status"], "Cancelled", "{token}");
        assert_eq!(cancelled["cancellation"]["autoCancelled"], true);
        assert_eq!(cancelled["cancellation"]["reason"], "A is sold out");
        assert_eq!(cancelled["payments"][0]["status"], payment, "the attempt is what it was");
        assert_eq!(shop.events_of(&order).await, ["OrderCreated", "OrderCancelled"]);
        let told = shop.number(crate::shop::TOLD_OF_CANCELLATION, &order).await;
        assert_eq!(told, 1);
        let other = shop.by(GUEST).post_once(&path, "other", card("tok_approve")).await;
        other.refused(409, "OUT_OF_STOCK");
        assert_eq!(other.json()["availability"][0]["sku"], "A");
        let same = shop.by(GUEST).post_once(&path, "k", card(token)).await;
        same.refused(409, "OUT_OF_STOCK");
        shop.reconciled().await;
    }
}

#[tokio::test]
async fn a_declined_order_for_what_is_still_there_waits_for_another_attempt() {
    let shop = Shop::open(&[("A", 2), ("B", 1)]).await;
    let order = shop.guest_order(&[("A", 1)]).await;
    shop.pay(&order, "tok_timeout_declined").await.expect(503);
    let at_till = json!({
        "terminalId": "T1", "warehouseId": SHOP, "items": [{ "sku": "B", "quantity": 1 }],
        "payments": [{ "method": "Cash", "amount": usd("5.00") }],
    });
    shop.by(CASHIER).post("/orders/pos", at_till).await.expect(201);
    shop.house.settle().await;
    shop.house.advance_seconds(31);
    assert_eq!(shop.sweep().await, 1);
    assert_eq!(shop.order(&order).await["status"], "PendingPayment");
    shop.pay(&order, "tok_approve").await.expect(200);
}
