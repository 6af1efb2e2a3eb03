//! What is confirmed and old is deleted, in parts; what could still arrive is remembered.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    reason = "helpers of tests"
)]

mod support;

use std::sync::Arc;

use contracts::Service;
use native::House;
use serde_json::{Value, json};
use store::{Database as _, Statement};
use support::{LETTER_ID, deliver, envelope, house, send_as, stocked, tick, whole_house};
use web::prune::{FAILURE_SECONDS, INBOX_SECONDS, MESSAGE_AGE_SECONDS_MAX, OUTBOX_SECONDS};

async fn count(house: &House, service: Service, text: &'static str) -> i64 {
    let statement = Statement { text, values: Vec::new() };
    let row: Value =
        house.database(service).unwrap().query(statement).await.unwrap().first().unwrap().unwrap();
    row["n"].as_i64().unwrap()
}

const OUTBOX: &str = "select count(*) as n from outbox";
const INBOX: &str = "select count(*) as n from inbox";
const KEYS: &str = "select count(*) as n from idempotency_keys";
const FAILED: &str = "select count(*) as n from failed_deliveries";

/// Lets time pass in one step, then fires the cron.
async fn later(house: &House, seconds: i64) {
    house.advance_seconds(seconds);
    house.tick().await;
}

/// An event of this moment for inventory.
fn event(house: &House, id: usize, data: Option<Value>) -> String {
    let now = house.world(Service::Inventory).unwrap();
    let mut event: Value = serde_json::from_str(&envelope()).unwrap();
    event["id"] = json!(format!("0193e9a0-0000-7000-8000-{id:012}"));
    event["timestamp"] = json!(platform::World::now(&now));
    event["data"] = data.unwrap_or(event["data"].take());
    event.to_string()
}

#[tokio::test]
async fn each_table_is_pruned_at_its_age_and_not_before() {
    let house = stocked().await;
    tick(&house).await;
    let (inbox, published) =
        (count(&house, Service::Inventory, INBOX).await, count(&house, Service::Product, OUTBOX).await);
    assert!(inbox > 0 && published > 0, "{inbox} {published}");
    deliver(&house, Service::Inventory, &[event(&house, 1, Some(json!({})))]).await;
    tick(&house).await;
    assert_eq!(count(&house, Service::Inventory, FAILED).await, 1);

    later(&house, OUTBOX_SECONDS - 60).await;
    assert_eq!(count(&house, Service::Product, OUTBOX).await, published);
    assert_eq!(count(&house, Service::Product, KEYS).await, 0, "answers are kept for a week");
    later(&house, 120).await;
    assert_eq!(count(&house, Service::Product, OUTBOX).await, 0);
    assert_eq!(count(&house, Service::Inventory, INBOX).await, inbox);
    later(&house, INBOX_SECONDS - OUTBOX_SECONDS).await;
    assert_eq!(count(&house, Service::Inventory, INBOX).await, 0);
    assert_eq!(count(&house, Service::Inventory, FAILED).await, 1, "a person may still replay it");
    later(&house, FAILURE_SECONDS - INBOX_SECONDS).await;
    assert_eq!(count(&house, Service::Inventory, FAILED).await, 0);
}

#[tokio::test]
async fn what_nobody_has_confirmed_stays_however_old_it_is() {
    let house = house();
    let old = "insert into outbox (id, queue, body, created_at) values ('a', 'order-inbox', '{}', '2020-01-01T00:00:00.000Z')";
    house.database(Service::Inventory).unwrap().script(old).unwrap();
    later(&house, 10 * OUTBOX_SECONDS).await;
    assert_eq!(count(&house, Service::Inventory, OUTBOX).await, 1);
}

#[tokio::test]
async fn one_run_prunes_in_parts_until_nothing_is_left() {
    let house = house();
    let many = "with recursive n (n) as (select 0 union all select n + 1 from n where n < 9999)
        insert into outbox (id, queue, body, created_at, delivered_at)
        select n, 'order-inbox', '{}', '2020-01-01T00:00:00.000Z', '2020-01-01T00:00:00.000Z' from n;
        with recursive n (n) as (select 0 union all select n + 1 from n where n < 4999)
        insert into inbox (message_id, type, received_at) select n, 'StockLow', '2020-01-01T00:00:00.000Z' from n;";
    house.database(Service::Inventory).unwrap().script(many).unwrap();
    later(&house, 60).await;
    let left =
        [count(&house, Service::Inventory, OUTBOX).await, count(&house, Service::Inventory, INBOX).await];
    assert_eq!(left, [0, 0]);
}

/// The arithmetic of docs/reliability.md: whatever the inbox has forgotten is too old to be taken in.
#[tokio::test]
async fn a_message_that_the_inbox_may_have_forgotten_is_left_to_people() {
    const { assert!(MESSAGE_AGE_SECONDS_MAX < INBOX_SECONDS) };
    let house = house();
    let first = event(&house, 1, None);
    assert_eq!(deliver(&house, Service::Inventory, std::slice::from_ref(&first)).await, [true]);
    later(&house, INBOX_SECONDS + 60).await;
    assert_eq!(count(&house, Service::Inventory, INBOX).await, 0, "forgotten");
    let change = "update items set name = 'Changed'";
    house.database(Service::Inventory).unwrap().script(change).unwrap();
    assert_eq!(deliver(&house, Service::Inventory, &[first]).await, [true], "it needs no further delivery");
    assert_eq!(count(&house, Service::Inventory, INBOX).await, 0, "it has no effect");
    tick(&house).await;
    let letters = send_as(&house, "admin", "GET", "/api/v1/ops/dead-letters", "").await;
    let letter = &letters.json()["data"][0];
    assert!(letter["reason"].as_str().unwrap().contains("so old"), "{letter}");

    // A person who knows that it is missing replays it.
    let path = format!("/api/v1/ops/dead-letters/{}/replay", letter["id"].as_str().unwrap());
    assert_eq!(send_as(&house, "admin", "POST", &path, "").await.json()["status"], "Replayed");
    assert_eq!(count(&house, Service::Inventory, INBOX).await, 1);
}

/// A letter of which nothing is known here any more may have been taken in long ago: its answer was lost.
#[tokio::test]
async fn an_old_letter_is_replayed_only_if_it_is_known_to_have_failed() {
    let house = house();
    let letter = json!({ "id": LETTER_ID, "queue": "inventory-inbox", "reason": "x", "attempts": 5, "body": envelope() });
    assert_eq!(deliver(&house, Service::Gateway, &[letter.to_string()]).await, [true]);
    house.advance_seconds(INBOX_SECONDS);
    let path = format!("/api/v1/ops/dead-letters/{LETTER_ID}/replay");
    let refused = send_as(&house, "admin", "POST", &path, "").await;
    assert!(refused.text.contains("so old"), "{}", refused.text);
    assert_eq!(count(&house, Service::Inventory, INBOX).await, 0);
}

#[tokio::test]
async fn a_second_round_of_a_cron_run_confirms_what_was_written_meanwhile() {
    let house = whole_house();
    let app = house.app(Service::Product).unwrap();
    let first = app.tick(Arc::new(house.world(Service::Product).unwrap())).await.unwrap();
    let mug = json!({ "name": "Mug", "status": "Active", "variants": [{ "sku": "MUG", "price": native::client::usd("8.00") }] });
    support::created(&house, "manager", "/api/v1/products", &mug).await;
    house.advance_seconds(30);
    let waiting = "select count(*) as n from outbox where delivered_at is null";
    assert_eq!(count(&house, Service::Product, waiting).await, 1);
    app.relay_again(&first).await;
    assert_eq!(count(&house, Service::Product, waiting).await, 0);
}
