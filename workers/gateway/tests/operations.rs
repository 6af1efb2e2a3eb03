//! Health, metrics, and what is gathered from services that are not all there.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "helpers of tests")]

mod support;

use contracts::Service;
use serde_json::json;
use support::{gate, house, send_as};

#[tokio::test]
async fn health_adds_up_the_services() {
    let house = house();
    let health = send_as(&house, "manager", "GET", "/health", "").await;
    assert_eq!(health.status, 503, "services are missing");
    assert_eq!(health.json()["status"], "unavailable");
    assert_eq!(health.json()["reasons"][3], "order or its database does not answer");
    assert_eq!(health.json()["services"]["inventory"]["status"], "ok", "{}", health.text);
    // Nothing of the cause is shown: that is in the log.
    assert_eq!(health.json()["services"]["order"], json!({ "status": "unavailable" }));
    assert_eq!(health.json()["outbox"]["waiting"], 0);
    let metrics = send_as(&house, "manager", "GET", "/metrics", "").await;
    assert!(metrics.header("content-type").unwrap().starts_with("text/plain"));
    for line in [
        "dead_letters_unseen 0",
        "dead_letter_oldest_age_seconds 0",
        "inbox_failing{service=\"inventory\"} 0",
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
    assert_eq!(dashboard.json()["unavailable"], json!(["order", "inventory", "accounting"]));
    assert!(dashboard.json()["today"].is_null() && dashboard.json()["cash"].is_null());
    assert_eq!(send_as(&house, "cashier", "GET", "/api/v1/dashboard", "").await.status, 403);
}

#[tokio::test]
async fn the_reconciliation_fails_when_it_cannot_look() {
    let house = gate();
    let answer = send_as(&house, "accountant", "GET", "/api/v1/ops/reconciliation", "").await;
    assert_eq!((answer.status, &answer.json()["ok"]), (200, &json!(false)));
    let checks = answer.json()["checks"].as_array().unwrap();
    let failing: Vec<&str> =
        checks.iter().filter(|c| c["ok"] == false).map(|c| c["name"].as_str().unwrap()).collect();
    let mut wanted: Vec<String> =
        Service::Gateway.others().map(|service| format!("{service}.answers")).collect();
    let compared = ["sales.goods_moved_once", "sales.settled_in_full", "sales.booked_once"];
    wanted.extend(compared.map(str::to_owned));
    wanted.extend(["books.inventory_equals_valuation", "outboxes.drained", "sagas.ended"].map(str::to_owned));
    assert_eq!(failing, wanted);
}
