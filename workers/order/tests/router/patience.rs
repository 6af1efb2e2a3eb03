//! Orders that are not paid: how often that may be tried, and when they end.

use crate::shop::Shop;

#[tokio::test]
async fn an_order_is_tried_to_be_paid_only_so_often_in_an_hour() {
    let shop = Shop::open(&[("A", 5)]).await;
    shop.house.set("PAYMENT_ATTEMPTS", "3");
    let order = shop.guest_order(&[("A", 1)]).await;
    let other = shop.guest_order(&[("A", 1)]).await;
    for _ in 0..3 {
        shop.pay(&order, "tok_decline").await.refused(402, "PAYMENT_DECLINED");
        shop.house.advance_seconds(60);
    }
    let refused = shop.pay(&order, "tok_approve").await;
    refused.refused(429, "RATE_LIMITED");
    assert_eq!(refused.header("retry-after"), Some("3420"));
    shop.pay(&other, "tok_approve").await.expect(200);
    shop.house.advance_seconds(3_420);
    shop.pay(&order, "tok_approve").await.expect(200);
}

#[tokio::test]
async fn an_order_that_nobody_pays_ends_with_its_prices() {
    let shop = Shop::open(&[("A", 5)]).await;
    let old = shop.guest_order(&[("A", 1)]).await;
    shop.house.advance_seconds(20 * 86_400);
    assert_eq!(shop.sweep().await, 0, "without the setting it waits for as long as it takes");
    shop.house.set("UNPAID_MINUTES", "60");
    let young = shop.guest_order(&[("A", 1)]).await;
    let paying = shop.guest_order(&[("A", 1)]).await;
    shop.house.advance_seconds(3_590);
    shop.pay(&paying, "tok_timeout").await.expect(503);
    assert_eq!(shop.sweep().await, 1);
    let ended = shop.order(&old).await;
    assert_eq!(ended["status"], "Cancelled");
    assert_eq!(ended["cancellation"]["reason"], "it was not paid in time");
    assert_eq!(ended["cancellation"]["autoCancelled"], true);
    assert_eq!(shop.events_of(&old).await, ["OrderCreated", "OrderCancelled"]);
    let told = crate::shop::TOLD_OF_CANCELLATION;
    assert_eq!(shop.number(told, &old).await, 1);
    shop.pay(&old, "tok_approve").await.refused(409, "STATE_CONFLICT");
    assert_eq!(shop.order(&young).await["status"], "PendingPayment");
    shop.house.advance_seconds(20);
    // The one that is being paid is left to its checkout.
    assert_eq!(shop.sweep().await, 1);
    assert_eq!(shop.order(&young).await["status"], "Cancelled");
    assert_eq!(shop.order(&paying).await["status"], "PendingPayment");
    shop.reconciled().await;
}

#[tokio::test]
async fn credit_of_a_wholesale_order_that_ends_unpaid_is_free_again() {
    let shop = Shop::open(&[("A", 12)]).await;
    shop.house.set("UNPAID_MINUTES", "60");
    let body = serde_json::json!({
        "customerId": crate::shop::BUYER, "warehouseId": crate::shop::SHOP, "purchaseOrderNumber": "PO-9",
        "paymentTerms": "Net30", "items": [{ "sku": "A", "quantity": 6 }],
    });
    shop.by(crate::shop::WHOLESALER).post("/orders/wholesale", body).await.expect(201);
    assert_eq!(shop.exposure().await, 4800);
    shop.house.advance_seconds(3_601);
    assert_eq!(shop.sweep().await, 1);
    assert_eq!(shop.exposure().await, 0);
}

/// Who tries cards that are not theirs tries one order after the other.
#[tokio::test]
async fn a_card_is_tried_only_so_often_over_all_orders() {
    let shop = Shop::open(&[("A", 9)]).await;
    shop.house.set("PAYMENT_ATTEMPTS_CARD", "2");
    for minute in 0..2 {
        let order = shop.guest_order(&[("A", 1)]).await;
        shop.pay(&order, "tok_decline").await.refused(402, "PAYMENT_DECLINED");
        shop.house.advance_seconds(60 * (minute + 1));
    }
    let order = shop.guest_order(&[("A", 1)]).await;
    let refused = shop.pay(&order, "tok_decline").await;
    refused.refused(429, "RATE_LIMITED");
    assert_eq!(refused.header("retry-after"), Some("3420"));
    assert_eq!(shop.order(&order).await["payments"], serde_json::json!([]), "nobody was asked");
    // Another card is another's; the first one has its hour.
    shop.pay(&order, "tok_approve").await.expect(200);
    shop.house.advance_seconds(3_420);
    let order = shop.guest_order(&[("A", 1)]).await;
    shop.pay(&order, "tok_decline").await.refused(402, "PAYMENT_DECLINED");
    // Neither a token nor anything that a token could be guessed from is stored, and only for the hour.
    let stored =
        "select count(*) as n from payment_attempts where instr(subject, ?1) > 0 or length(subject) <> 64";
    assert_eq!(shop.number(stored, "tok_").await, 0);
    shop.house.advance_seconds(3_601);
    shop.sweep().await;
    assert_eq!(shop.number("select count(*) as n from payment_attempts where ?1 <> ''", "x").await, 0);
}

/// However many cards and orders: the guest's address, or the account, is one buyer.
#[tokio::test]
async fn a_buyer_tries_only_so_many_cards_over_all_orders() {
    let shop = Shop::open(&[("A", 9)]).await;
    shop.house.set("PAYMENT_ATTEMPTS_BUYER", "3");
    let try_card = async |client: &str, token: &str| {
        let order = shop.guest_order(&[("A", 1)]).await;
        let path = format!("/orders/retail/{order}/confirm");
        let body = serde_json::json!({ "payment": { "method": "Card", "token": token } });
        shop.by(crate::shop::GUEST).with(&[("client", client)]).post(&path, body).await
    };
    for number in 0..3 {
        let token = if number == 2 { "tok_approve" } else { "tok_decline" };
        assert!([200, 402].contains(&try_card("192.0.2.1", token).await.status));
    }
    try_card("192.0.2.1", "tok_approve").await.refused(429, "RATE_LIMITED");
    try_card("192.0.2.2", "tok_approve").await.expect(200);
    // At once they are no more than one after the other.
    let other = || try_card("192.0.2.3", "tok_decline");
    let (one, two, three, four, five) = tokio::join!(other(), other(), other(), other(), other());
    let mut answers = [one, two, three, four, five].map(|answer| answer.status);
    answers.sort_unstable();
    assert_eq!(answers, [402, 402, 402, 429, 429]);
    shop.reconciled().await;
}
