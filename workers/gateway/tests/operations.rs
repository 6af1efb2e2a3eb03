//! Health, metrics, dead letters, the relay, and what is gathered from services that are not all there.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "helpers of tests")]

mod support;

use contracts::Service;
use contracts::ops::DeadLetter;
use platform::Platform;
use serde_json::json;
use store::{OutboxMessage, Unit};
use support::{Answer, bearer, gate, house, send, send_as};
use web::Bounded;

/// Hands bodies to the gateway as the queue does; whether each is settled.
async fn deliver(house: &native::House, bodies: &[String]) -> Vec<bool> {
    gateway::Gateway::take(&house.world(Service::Gateway).unwrap(), bodies).await
}

const LETTER_ID: &str = "0193e9a0-0000-7000-8000-000000000001";

/// An event that inventory can read.
fn envelope() -> String {
    json!({
        "id": LETTER_ID, "type": "ProductCreated", "version": 1, "serviceSource": "product",
        "entityType": "product", "entityId": "0193e9a0-0000-7000-8000-000000000002",
        "timestamp": "2026-11-20T10:35:00Z", "correlationId": "r1",
        "data": { "productId": "0193e9a0-0000-7000-8000-000000000002", "name": "Mug",
            "variants": [{ "sku": "MUG", "kind": "Goods" }] },
    })
    .to_string()
}

fn letter(body: &str, attempts: i64) -> String {
    let letter = DeadLetter {
        id: kernel::ids::MessageId::parse(LETTER_ID).unwrap(),
        queue: "inventory-inbox".to_owned(),
        reason: "it failed".to_owned(),
        attempts,
        body: body.to_owned(),
    };
    serde_json::to_string(&letter).unwrap()
}

async fn letters(house: &native::House, status: &str) -> Vec<serde_json::Value> {
    let path = format!("/api/v1/ops/dead-letters?status={status}");
    send_as(house, "manager", "GET", &path, "").await.body["data"].as_array().unwrap().clone()
}

#[tokio::test]
async fn dead_letters_are_stored_once_and_malformed_ones_too() {
    let house = gate();
    let bodies = [letter("{}", 5), "not a letter".to_owned(), "{\"id\":1}".to_owned()];
    for _ in 0..2 {
        assert_eq!(deliver(&house, &bodies).await, [true; 3]);
    }
    let new = letters(&house, "New").await;
    assert_eq!(new.len(), 3, "{new:?}");
    assert!(new.iter().all(|letter| letter["count"] == 1));
    let malformed = new.iter().find(|letter| letter["body"] == "not a letter").unwrap();
    assert!(malformed["reason"].as_str().unwrap().starts_with("the body is no dead letter"));
    // Tried again by its reader and given up again: the same letter, buried twice.
    deliver(&house, &[letter("{}", 6)]).await;
    let new = letters(&house, "New").await;
    let again = new.iter().find(|letter| letter["id"] == LETTER_ID).unwrap();
    assert_eq!((&again["count"], &again["attempts"], new.len()), (&json!(2), &json!(6), 3));
    let health = send(&house, "GET", "/health", &[], "").await;
    assert_eq!(health.body["deadLetters"]["unseen"], 3, "{}", health.text);
}

async fn act(house: &native::House, id: &str, action: &str, body: &str) -> Answer {
    send_as(house, "admin", "POST", &format!("/api/v1/ops/dead-letters/{id}/{action}"), body).await
}

#[tokio::test]
async fn a_replayed_letter_reaches_its_reader() {
    let house = house();
    deliver(&house, &[letter(&envelope(), 5)]).await;
    assert_eq!(letters(&house, "New").await[0]["type"], "ProductCreated");
    let refused =
        send_as(&house, "manager", "POST", &format!("/api/ops/dead-letters/{LETTER_ID}/replay"), "").await;
    assert_eq!(refused.problem(), (403, "FORBIDDEN"));
    let replayed = act(&house, LETTER_ID, "replay", "").await;
    assert_eq!((replayed.status, replayed.str("status")), (200, "Replayed"), "{}", replayed.text);
    let again = act(&house, LETTER_ID, "replay", "").await;
    assert_eq!(again.problem(), (409, "STATE_CONFLICT"));
    assert_eq!(letters(&house, "New").await.len(), 0);
    // The queue delivers the letter once more: it stays settled.
    deliver(&house, &[letter(&envelope(), 5)]).await;
    assert_eq!(letters(&house, "Replayed").await.len(), 1);
}

#[tokio::test]
async fn a_replay_that_fails_leaves_the_letter_with_the_reason() {
    let house = house();
    deliver(&house, &[letter("no envelope", 5), "rubbish".to_owned()]).await;
    let failed = act(&house, LETTER_ID, "replay", "").await;
    assert_eq!(failed.problem(), (409, "REPLAY_FAILED"));
    let new = letters(&house, "New").await;
    let kept = new.iter().find(|letter| letter["id"] == LETTER_ID).unwrap();
    assert!(kept["note"].as_str().unwrap().contains("expected"), "{kept}");
    let no_reader = new.iter().find(|letter| letter["queue"] == "").unwrap();
    let no_reader = act(&house, no_reader["id"].as_str().unwrap(), "replay", "").await;
    assert_eq!(no_reader.problem(), (409, "STATE_CONFLICT"));
    let unknown = act(&house, "0193e9a0-0000-7000-8000-0000000000ff", "replay", "").await;
    assert_eq!(unknown.problem(), (404, "NOT_FOUND"));
}

#[tokio::test]
async fn a_discarded_letter_keeps_its_reason() {
    let house = gate();
    deliver(&house, &[letter("{}", 5)]).await;
    let missing = act(&house, LETTER_ID, "discard", "{}").await;
    assert_eq!(missing.body["errors"][0]["pointer"], "/reason", "{}", missing.text);
    let done = act(&house, LETTER_ID, "discard", r#"{"reason":"a test message"}"#).await;
    assert_eq!((done.str("status"), done.str("note")), ("Discarded", "a test message"));
    let log = send_as(&house, "admin", "GET", "/api/audit-log?action=dead-letter-discarded", "").await;
    assert_eq!(log.body["data"][0]["detail"], "a test message", "{}", log.text);
}

#[tokio::test]
async fn health_adds_up_the_services() {
    let house = house();
    let health = send(&house, "GET", "/health", &[], "").await;
    assert_eq!(health.status, 503, "three services are missing");
    assert_eq!(health.body["status"], "degraded");
    assert_eq!(health.body["services"]["inventory"]["status"], "ok", "{}", health.text);
    assert_eq!(health.body["services"]["order"]["status"], "unavailable");
    assert_eq!(health.body["outbox"]["waiting"], 0);
    let metrics = send(&house, "GET", "/metrics", &[], "").await;
    assert!(metrics.header("content-type").starts_with("text/plain"));
    for line in [
        "dead_letters_unseen 0",
        "service_up{service=\"inventory\"} 1",
        "service_up{service=\"order\"} 0",
        "outbox_waiting{service=\"gateway\"} 0",
        "outbox_waiting{service=\"inventory\"} 0",
    ] {
        assert!(metrics.text.lines().any(|found| found == line), "{line} in {}", metrics.text);
    }
    assert_eq!(metrics.text.matches("# TYPE outbox_waiting").count(), 1);
}

#[tokio::test]
async fn the_dashboard_says_what_is_missing() {
    let house = gate();
    let dashboard = send_as(&house, "manager", "GET", "/api/v1/dashboard", "").await;
    assert_eq!(dashboard.status, 200);
    assert_eq!(dashboard.body["unavailable"], json!(["order", "inventory", "accounting"]));
    assert!(dashboard.body["today"].is_null() && dashboard.body["cash"].is_null());
    assert_eq!(send_as(&house, "cashier", "GET", "/api/v1/dashboard", "").await.status, 403);
}

#[tokio::test]
async fn the_reconciliation_fails_when_it_cannot_look() {
    let house = gate();
    let answer = send_as(&house, "accountant", "GET", "/api/v1/ops/reconciliation", "").await;
    assert_eq!((answer.status, &answer.body["ok"]), (200, &json!(false)));
    let checks = answer.body["checks"].as_array().unwrap();
    let failing: Vec<&str> =
        checks.iter().filter(|c| c["ok"] == false).map(|c| c["name"].as_str().unwrap()).collect();
    assert_eq!(
        failing,
        [
            "product.answers",
            "inventory.answers",
            "order.answers",
            "accounting.answers",
            "sales.goods_moved_once",
            "sales.settled_in_full",
            "sales.booked_once",
            "books.inventory_equals_valuation",
            "outboxes.drained"
        ]
    );
}

/// Puts messages into inventory's outbox as if its queue had lost them.
async fn lose(house: &native::House, queue: &str, count: usize) {
    let world = house.world(Service::Inventory).unwrap();
    let mut unit = Unit::new(world.now(), None);
    unit.publish((0..count).map(|number| OutboxMessage {
        id: format!("{queue}-{number}"),
        queue: queue.to_owned(),
        body: format!("{queue} {number}"),
    }));
    unit.commit(world.database()).await.unwrap();
}

#[tokio::test]
async fn the_relay_hands_over_what_queues_have_lost_and_one_failure_stops_nobody() {
    let house = house();
    lose(&house, "order-inbox", 3).await;
    lose(&house, "dead-letters", 450).await;
    house.tick().await;
    let admin = bearer(&house, "admin").await;
    let inventory =
        async || send(&house, "GET", "/health", &[], "").await.body["services"]["inventory"].clone();
    assert_eq!(inventory().await["outbox"]["waiting"], 453, "young messages are left to their queues");
    house.advance_seconds(10);
    house.tick().await;
    assert_eq!(inventory().await["outbox"]["waiting"], 3, "there is no order service here");
    let health = send(&house, "GET", "/health", &[("authorization", &admin)], "").await;
    assert_eq!(health.body["deadLetters"]["unseen"], 450);
    let log = house.take_log();
    let line = log.iter().rev().find(|line| line.contains("\"tick\"")).unwrap();
    let tick: serde_json::Value = serde_json::from_str(line).unwrap();
    assert_eq!(tick["tick"]["inventory"]["settled"], 450, "{line}");
    assert!(tick["tick"]["order"]["failures"][0].is_string(), "{line}");
    assert_eq!(tick["tick"]["gateway"]["failures"], json!([]));
}
