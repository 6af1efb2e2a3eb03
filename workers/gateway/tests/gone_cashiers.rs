//! An offline sale names a cashier who has gone since: it has happened, and a person looks at it.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "helpers of tests")]

mod support;

use contracts::Service;
use native::House;
use native::client::{id, usd};
use serde_json::{Value, json};
use store::{Database as _, Statement};
use support::{WAREHOUSE, bearer, created, send, send_as, stocked, tick};

const CASHIER: &str = "0190d000-0000-7000-8000-00000000a005";
const CUSTOMER: &str = "0190d000-0000-7000-8000-00000000a007";

/// What a manager who hands in a sale of a cashier is told of it.
async fn handed_in(house: &House, key: &str, number: u32, cashier: &str) -> (Value, String) {
    let sale = json!({ "id": id(number), "terminalId": "T1", "warehouseId": WAREHOUSE, "cashierId": cashier,
        "items": [{ "sku": "MUG", "quantity": 1 }], "payments": [{ "method": "Cash", "amount": usd("8.00") }] });
    let headers = [("authorization", &*bearer(house, "manager").await), ("till-key", key)];
    let body = json!({ "sales": [sale] }).to_string();
    let answer = send(house, "POST", "/api/v1/orders/pos/sync", &headers, &body).await;
    assert_eq!(answer.status, 200, "{}", answer.text);
    let result = &answer.json()["results"][0];
    (result["status"].clone(), result["detail"].as_str().unwrap_or_default().to_owned())
}

async fn enrolled(house: &House) -> String {
    let till = json!({ "terminalId": "T1", "warehouseId": WAREHOUSE, "device": "Tablet" });
    created(house, "manager", "/api/v1/orders/pos/terminals", &till).await.str("key").to_owned()
}

/// The demo users are those that a script has added.
fn untold(house: &House) {
    let script = "insert into users_to_announce (user_id) select id from users";
    house.database(Service::Gateway).unwrap().script(script).unwrap();
}

/// Messages of the gateway need a round to be written and one to arrive.
async fn heard(house: &House) {
    tick(house).await;
    tick(house).await;
}

#[tokio::test]
async fn an_offline_sale_of_a_cashier_who_has_gone_is_accepted_and_waits_for_review() {
    let house = stocked().await;
    untold(&house);
    let key = enrolled(&house).await;
    heard(&house).await;
    assert_eq!(handed_in(&house, &key, 1, CASHIER).await, (json!("Created"), String::new()));

    let path = format!("/api/v1/users/{CASHIER}");
    let change = |disabled: bool, role: &str| {
        json!({ "email": "cashier@demo.test", "name": "Demo cashier", "role": role, "disabled": disabled })
            .to_string()
    };
    let expect = async |number: u32, cashier: &str, why: &str| {
        let told = handed_in(&house, &key, number, cashier).await;
        assert_eq!(told, (json!("NeedsReview"), format!("the cashier {cashier} {why}")));
    };
    assert_eq!(send_as(&house, "admin", "PUT", &path, &change(true, "cashier")).await.status, 200);
    heard(&house).await;
    expect(2, CASHIER, "is disabled").await;
    assert_eq!(send_as(&house, "admin", "PUT", &path, &change(false, "accountant")).await.status, 200);
    heard(&house).await;
    expect(3, CASHIER, "may not sell at tills").await;
    expect(4, CUSTOMER, "may not sell at tills").await;
    expect(5, "nobody", "is not known").await;
    let removed = send_as(&house, "admin", "DELETE", &path, "").await;
    assert_eq!(removed.status, 204, "{}", removed.text);
    heard(&house).await;
    expect(6, CASHIER, "was removed").await;

    let open = send_as(&house, "manager", "GET", "/api/v1/orders/reviews?limit=100", "").await;
    assert_eq!(open.json()["data"].as_array().unwrap().len(), 5);
    heard(&house).await;
    let wrong = support::failing(&house).await;
    assert!(wrong.is_empty(), "{wrong:?}");
}

/// Of two messages about a user the newer counts, in whatever order they come.
#[tokio::test]
async fn late_news_of_a_cashier_changes_nothing() {
    let house = stocked().await;
    untold(&house);
    let key = enrolled(&house).await;
    heard(&house).await;
    let news = |number: u32, kind: &str, version: i64| {
        json!({ "id": id(number), "type": kind, "version": 1, "serviceSource": "gateway", "entityType": "user",
            "entityId": CASHIER, "timestamp": "2026-11-20T08:00:00Z", "correlationId": "r",
            "data": { "userId": CASHIER, "role": "cashier", "disabled": false, "version": version } })
        .to_string()
    };
    support::deliver(&house, Service::Order, &[news(71, "UserDeleted", 5), news(72, "UserUpdated", 4)]).await;
    let told = handed_in(&house, &key, 1, CASHIER).await;
    assert_eq!(told.1, format!("the cashier {CASHIER} was removed"));
}

/// Users whom a script has added, and those from before, are told of by the sweep, once.
#[tokio::test]
async fn users_whom_no_event_has_told_of_are_told_of_by_the_sweep() {
    let house = stocked().await;
    untold(&house);
    heard(&house).await;
    let count = async |service, text| {
        let rows =
            house.database(service).unwrap().query(Statement { text, values: Vec::new() }).await.unwrap();
        rows.first::<Value>().unwrap().unwrap()["n"].as_i64().unwrap()
    };
    assert_eq!(count(Service::Gateway, "select count(*) as n from users_to_announce").await, 0);
    assert_eq!(count(Service::Order, "select count(*) as n from cashiers").await, 7);
    let told = "select count(*) as n from outbox where queue = 'order-inbox'";
    assert_eq!(count(Service::Gateway, told).await, 7);
    heard(&house).await;
    assert_eq!(count(Service::Gateway, told).await, 7);
}
