//! All services behind the door: a sale through it, the figures of the day, and a reconciliation
//! that finds what is wrong and is content when nothing is.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    reason = "helpers of tests"
)]

mod support;

use gateway::domain::outbox::MESSAGE_SECONDS_MAX;
use serde_json::{Value, json};
use support::{WAREHOUSE, bearer, created, failing, sell, send, send_as, stocked, tick};

#[tokio::test]
async fn a_sale_through_the_door_reconciles_and_shows() {
    let house = stocked().await;
    let sold = sell(&house, 2).await;
    assert_eq!(sold.status, 201, "{}", sold.text);
    tick(&house).await;
    assert_eq!(failing(&house).await, Vec::<String>::new());
    let dashboard = send_as(&house, "manager", "GET", "/api/v1/dashboard", "").await;
    assert_eq!(dashboard.json()["unavailable"], json!([]), "{}", dashboard.text);
    assert_eq!(dashboard.json()["today"]["date"], "2026-11-20");
    assert_eq!(dashboard.json()["today"]["total"]["amount"], "16.00", "{}", dashboard.text);
    assert_eq!(dashboard.json()["today"]["channels"][0]["salesChannel"], "POS");
    assert_eq!(dashboard.json()["stockValue"]["amount"], "24.00");
    assert_eq!(dashboard.json()["cash"]["amount"], "16.00");
    let health = send_as(&house, "manager", "GET", "/health", "").await;
    assert_eq!((health.status, health.str("status")), (200, "ok"), "{}", health.text);
}

#[tokio::test]
async fn what_the_queues_lose_is_seen_and_then_relayed() {
    let house = stocked().await;
    assert_eq!(sell(&house, 3).await.status, 201);
    house.lose_messages();
    let compared = ["sales.booked_once", "books.inventory_equals_valuation"];
    let wrong = failing(&house).await.join("\n");
    assert!(compared.iter().all(|name| wrong.contains(name)), "{wrong}");
    assert!(!wrong.contains("outboxes.drained"), "young messages are on their way: {wrong}");
    house.advance_seconds(MESSAGE_SECONDS_MAX + 1);
    let wrong = failing(&house).await.join("\n");
    for name in compared.into_iter().chain(["outboxes.drained", "order has 1 messages"]) {
        assert!(wrong.contains(name), "{name} in {wrong}");
    }
    tick(&house).await;
    assert_eq!(failing(&house).await, Vec::<String>::new());
}

#[tokio::test]
async fn the_reconciliation_looks_at_every_sale_and_message() {
    let house = stocked().await;
    for _ in 0..3 {
        assert_eq!(sell(&house, 1).await.status, 201);
    }
    house.settle().await;
    let answer = send_as(&house, "manager", "GET", "/api/v1/ops/reconciliation", "").await;
    let checks = answer.json()["checks"].as_array().unwrap();
    let checked = |name: &str| {
        let check = checks.iter().find(|check| check["name"] == name).unwrap();
        assert_eq!(check["ok"], true, "{check}");
        check["checked"].as_i64().unwrap()
    };
    assert_eq!(checked("sales.booked_once"), 3);
    // The readers have these messages, but the relay has not heard so.
    let health = send_as(&house, "manager", "GET", "/health", "").await;
    let waiting = |health: &Value| health["outbox"]["waiting"].as_i64().unwrap();
    let services: i64 = health.json()["services"].as_object().unwrap().values().map(waiting).sum();
    assert!(services > 3, "{}", health.text);
    assert_eq!(checked("outboxes.drained"), services + waiting(health.json()));
}

#[tokio::test]
async fn customers_see_their_own_orders_only() {
    let house = stocked().await;
    let order = json!({ "warehouseId": WAREHOUSE, "customer": { "email": "c@demo.test", "name": "C" },
        "items": [{ "sku": "MUG", "quantity": 1 }] });
    let made = created(&house, "customer", "/api/v1/orders/retail", &order).await;
    let path = format!("/api/v1/orders/retail/{}", made.str("id"));
    assert_eq!(send_as(&house, "customer", "GET", &path, "").await.status, 200);
    assert_eq!(send_as(&house, "wholesaler", "GET", &path, "").await.status, 404);
    assert_eq!(send_as(&house, "manager", "GET", &path, "").await.status, 200);
    let customer = bearer(&house, "customer").await;
    let books = send(&house, "GET", "/api/v1/accounting/accounts", &[("authorization", &customer)], "").await;
    books.refused(403, "FORBIDDEN");
}
