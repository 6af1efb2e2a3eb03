//! The health of the whole house: well, degraded with its reasons while it sells, and not available.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    reason = "helpers of tests"
)]

mod support;

use contracts::Service;
use gateway::domain::outbox::MESSAGE_SECONDS_MAX;
use native::House;
use native::client::Answer;
use serde_json::{Value, json};
use support::{WAREHOUSE, deliver, failing, sell, send, send_as, stocked, tick};
use web::health::SAGA_SECONDS_MAX;

async fn health(house: &House) -> Answer {
    send_as(house, "manager", "GET", "/health", "").await
}

/// Status code, status and reasons.
async fn verdict(house: &House) -> (u16, String, Vec<String>) {
    let health = health(house).await;
    let reasons =
        health.json()["reasons"].as_array().unwrap().iter().map(|why| why.as_str().unwrap().to_owned());
    (health.status, health.str("status").to_owned(), reasons.collect())
}

fn well() -> (u16, String, Vec<String>) {
    (200, "ok".to_owned(), Vec::new())
}

/// Degraded for one reason, which begins so; a house that is degraded sells.
async fn assert_degraded(house: &House, reason: &str) {
    let (code, status, reasons) = verdict(house).await;
    assert_eq!((code, status.as_str(), reasons.len()), (200, "degraded", 1), "{reasons:?}");
    assert!(reasons[0].starts_with(reason), "{reasons:?}");
}

#[tokio::test]
async fn a_checkout_that_is_stuck_is_seen_until_the_sweep_has_ended_it() {
    let house = stocked().await;
    house.set("PAYMENT_PROVIDER", "test");
    let order = json!({ "warehouseId": WAREHOUSE, "customer": { "email": "ada@example.org", "name": "Ada" },
        "items": [{ "sku": "MUG", "quantity": 1 }] });
    let order = send(&house, "POST", "/api/v1/orders/retail", &[], &order.to_string()).await;
    tick(&house).await;
    let path = format!("/api/v1/orders/retail/{}/confirm", order.str("id"));
    let payment = json!({ "payment": { "method": "Card", "token": "tok_timeout" } });
    assert_eq!(send(&house, "POST", &path, &[], &payment.to_string()).await.status, 503);

    let order = |health: &Value| health["services"]["order"]["sagas"].clone();
    let checkout = order(health(&house).await.json())[0].clone();
    assert_eq!(
        (&checkout["kind"], &checkout["inFlight"], &checkout["stuck"]),
        (&json!("checkout"), &json!(1), &json!(0))
    );
    assert_eq!(verdict(&house).await, well(), "it is under way");

    house.advance_seconds(SAGA_SECONDS_MAX + 1);
    assert_degraded(&house, "order has 1 of kind checkout that should have ended").await;
    let metrics = send_as(&house, "manager", "GET", "/metrics", "").await;
    for line in [
        "sagas_in_flight{service=\"order\",kind=\"checkout\"} 1",
        "sagas_stuck{service=\"order\",kind=\"checkout\"} 1",
        "sagas_stuck{service=\"order\",kind=\"refund\"} 0",
        "saga_oldest_age_seconds{service=\"order\",kind=\"checkout\"} 301",
    ] {
        assert!(metrics.text.lines().any(|found| found == line), "{line} in {}", metrics.text);
    }
    let wrong = failing(&house).await.join("\n");
    assert!(wrong.contains("sagas.ended") && wrong.contains("order.checkouts_end"), "{wrong}");

    tick(&house).await;
    tick(&house).await;
    assert_eq!((verdict(&house).await, failing(&house).await), (well(), Vec::new()));
}

#[tokio::test]
async fn an_outbox_that_does_not_drain_is_seen_until_it_has() {
    let house = stocked().await;
    tick(&house).await;
    assert_eq!(sell(&house, 1).await.status, 201);
    house.lose_messages();
    assert_eq!(verdict(&house).await, well(), "young messages are on their way");
    house.advance_seconds(MESSAGE_SECONDS_MAX + 1);
    assert_degraded(&house, "order has 1 messages that their readers do not have").await;
    tick(&house).await;
    assert_eq!(verdict(&house).await, well());
}

#[tokio::test]
async fn a_dead_letter_is_seen_until_somebody_has_settled_it_and_its_content_never() {
    let house = stocked().await;
    tick(&house).await;
    let body = ["rubbish of ada@example.org".to_owned()];
    assert_eq!(deliver(&house, Service::Gateway, &body).await, [true]);
    house.advance_seconds(30);
    assert_degraded(&house, "1 dead letters are neither replayed nor discarded").await;
    let page = health(&house).await;
    assert_eq!(page.json()["deadLetters"]["unseen"], 1);
    assert!(!page.text.contains("example.org"), "the page is public: {}", page.text);
    let metrics = send_as(&house, "manager", "GET", "/metrics", "").await;
    assert!(metrics.text.contains("\ndead_letter_oldest_age_seconds 30\n"), "{}", metrics.text);
    let wrong = failing(&house).await.join("\n");
    assert!(wrong.contains("dead_letters.seen"), "{wrong}");

    let letters = send_as(&house, "admin", "GET", "/api/v1/ops/dead-letters?status=New", "").await;
    let path =
        format!("/api/v1/ops/dead-letters/{}/discard", letters.json()["data"][0]["id"].as_str().unwrap());
    assert_eq!(send_as(&house, "admin", "POST", &path, r#"{"reason":"rubbish"}"#).await.status, 200);
    assert_eq!((verdict(&house).await, failing(&house).await), (well(), Vec::new()));
}
