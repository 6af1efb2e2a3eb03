//! All five services behind the door: a sale through it, the figures of the day, and a reconciliation
//! that finds what is wrong and is content when nothing is.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    reason = "helpers of tests"
)]

mod support;

use accounting::Accounting;
use gateway::domain::outbox::MESSAGE_SECONDS_MAX;
use native::House;
use order::Order;
use product::Product;
use serde_json::{Value, json};
use support::{Answer, bearer, database, house, send, send_as};

const WAREHOUSE: &str = "0190d000-0000-7000-8000-0000000000a1";

fn whole_house() -> House {
    house()
        .with::<Product>(database("product", None))
        .with::<Order>(database("order", None))
        .with::<Accounting>(database("accounting", None))
}

async fn created(house: &House, role: &str, path: &str, body: &Value) -> Answer {
    let answer = send_as(house, role, "POST", path, &body.to_string()).await;
    assert!(answer.status < 300, "{path}: {}", answer.text);
    house.settle().await;
    answer
}

/// A warehouse with ten mugs that cost 3.00 and sell for 8.00.
async fn stocked() -> House {
    let house = whole_house();
    let warehouse = json!({ "id": WAREHOUSE, "code": "MAIN", "name": "Main", "region": "US-CA" });
    created(&house, "manager", "/api/v1/inventory/warehouses", &warehouse).await;
    let usd = |amount: &str| json!({ "amount": amount, "currency": "USD" });
    let mug = json!({ "name": "Mug", "status": "Active",
        "variants": [{ "sku": "MUG", "price": usd("8.00"), "cost": usd("3.00") }] });
    created(&house, "manager", "/api/v1/products", &mug).await;
    let opening = json!({ "warehouseId": WAREHOUSE, "reason": "OpeningBalance",
        "items": [{ "sku": "MUG", "delta": 10, "unitCost": usd("3.00") }] });
    created(&house, "warehouse", "/api/v1/inventory/adjustments", &opening).await;
    house
}

async fn sell(house: &House, units: i64) -> Answer {
    let total = json!({ "amount": format!("{}.00", units * 8), "currency": "USD" });
    let sale = json!({ "terminalId": "T1", "warehouseId": WAREHOUSE, "items": [{ "sku": "MUG", "quantity": units }],
        "payments": [{ "method": "Cash", "amount": total }] });
    send_as(house, "cashier", "POST", "/api/v1/orders/pos", &sale.to_string()).await
}

/// The clock ticks: what readers have is marked in the outboxes, what they have not is handed over.
async fn tick(house: &House) {
    house.settle().await;
    house.advance_seconds(10);
    house.tick().await;
    house.settle().await;
}

/// The names of the checks that fail.
async fn failing(house: &House) -> Vec<String> {
    let answer = send_as(house, "accountant", "GET", "/api/v1/ops/reconciliation", "").await;
    assert_eq!(answer.status, 200, "{}", answer.text);
    let checks = answer.body["checks"].as_array().unwrap();
    let failing: Vec<_> = checks.iter().filter(|check| check["ok"] == false).collect();
    assert_eq!(answer.body["ok"], failing.is_empty());
    failing.iter().map(|check| format!("{} {}", check["name"].as_str().unwrap(), check["failures"])).collect()
}

#[tokio::test]
async fn a_sale_through_the_door_reconciles_and_shows() {
    let house = stocked().await;
    let sold = sell(&house, 2).await;
    assert_eq!(sold.status, 201, "{}", sold.text);
    tick(&house).await;
    assert_eq!(failing(&house).await, Vec::<String>::new());
    let dashboard = send_as(&house, "manager", "GET", "/api/v1/dashboard", "").await;
    assert_eq!(dashboard.body["unavailable"], json!([]), "{}", dashboard.text);
    assert_eq!(dashboard.body["today"]["date"], "2026-11-20");
    assert_eq!(dashboard.body["today"]["total"]["amount"], "16.00", "{}", dashboard.text);
    assert_eq!(dashboard.body["today"]["channels"][0]["salesChannel"], "POS");
    assert_eq!(dashboard.body["stockValue"]["amount"], "24.00");
    assert_eq!(dashboard.body["cash"]["amount"], "16.00");
    let health = send(&house, "GET", "/health", &[], "").await;
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
    let checks = answer.body["checks"].as_array().unwrap();
    let checked = |name: &str| {
        let check = checks.iter().find(|check| check["name"] == name).unwrap();
        assert_eq!(check["ok"], true, "{check}");
        check["checked"].as_i64().unwrap()
    };
    assert_eq!(checked("sales.booked_once"), 3);
    // The readers have these messages, but the relay has not heard so.
    let health = send(&house, "GET", "/health", &[], "").await;
    let waiting = |health: &Value| health["outbox"]["waiting"].as_i64().unwrap();
    let services: i64 = health.body["services"].as_object().unwrap().values().map(waiting).sum();
    assert!(services > 3, "{}", health.text);
    assert_eq!(checked("outboxes.drained"), services + waiting(&health.body));
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
    assert_eq!(books.problem(), (403, "FORBIDDEN"));
}
