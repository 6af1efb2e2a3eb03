//! Each way in which a message can leave: stored with its reason, listed, replayed, discarded, and never
//! dropped in silence.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "helpers of tests")]

mod support;

use contracts::Service;
use contracts::ops::DeadLetter;
use gateway::Gateway;
use inventory::Inventory;
use native::House;
use native::client::Answer;
use platform::World;
use serde::Deserialize;
use serde_json::json;
use store::{Database as _, plumbing, values};
use support::{LETTER_ID, database, envelope, gate, house, send_as, users};

/// Hands bodies to the gateway as the queue does; whether each is settled.
async fn deliver(house: &native::House, bodies: &[String]) -> Vec<bool> {
    support::deliver(house, Service::Gateway, bodies).await
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
    send_as(house, "manager", "GET", &path, "").await.json()["data"].as_array().unwrap().clone()
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
    let health = send_as(&house, "manager", "GET", "/health", "").await;
    assert_eq!(health.json()["deadLetters"]["unseen"], 3, "{}", health.text);
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
    refused.refused(403, "FORBIDDEN");
    let replayed = act(&house, LETTER_ID, "replay", "").await;
    assert_eq!((replayed.status, replayed.str("status")), (200, "Replayed"), "{}", replayed.text);
    let again = act(&house, LETTER_ID, "replay", "").await;
    again.refused(409, "STATE_CONFLICT");
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
    failed.refused(409, "REPLAY_FAILED");
    let new = letters(&house, "New").await;
    let kept = new.iter().find(|letter| letter["id"] == LETTER_ID).unwrap();
    assert!(kept["note"].as_str().unwrap().contains("expected"), "{kept}");
    let no_reader = new.iter().find(|letter| letter["queue"] == "").unwrap();
    let no_reader = act(&house, no_reader["id"].as_str().unwrap(), "replay", "").await;
    no_reader.refused(409, "STATE_CONFLICT");
    let unknown = act(&house, "0193e9a0-0000-7000-8000-0000000000ff", "replay", "").await;
    unknown.refused(404, "NOT_FOUND");
}

#[tokio::test]
async fn a_discarded_letter_keeps_its_reason() {
    let house = gate();
    deliver(&house, &[letter("{}", 5)]).await;
    let missing = act(&house, LETTER_ID, "discard", "{}").await;
    assert_eq!(missing.json()["errors"][0]["pointer"], "/reason", "{}", missing.text);
    let done = act(&house, LETTER_ID, "discard", r#"{"reason":"a test message"}"#).await;
    assert_eq!((done.str("status"), done.str("note")), ("Discarded", "a test message"));
    let log = send_as(&house, "admin", "GET", "/api/audit-log?action=dead-letter-discarded", "").await;
    assert_eq!(log.json()["data"][0]["detail"], "a test message", "{}", log.text);
}

#[tokio::test]
async fn a_letter_shows_its_reason_its_attempts_and_its_body() {
    let house = gate();
    deliver(&house, &[letter(&envelope(), 5)]).await;
    let found = letters(&house, "New").await;
    assert_eq!((&found[0]["reason"], &found[0]["attempts"]), (&json!("it failed"), &json!(5)));
    assert_eq!(
        (found[0]["queue"].as_str(), found[0]["body"].as_str()),
        (Some("inventory-inbox"), Some(&*envelope()))
    );
}

/// A reader that cannot even start: its queue gives the message up and hands over the bare event. It named
/// no queue, so it could only be discarded.
#[tokio::test]
async fn an_event_that_its_queue_gave_up_can_be_replayed() {
    let house = house();
    assert_eq!(deliver(&house, &[envelope()]).await, [true]);
    let found = letters(&house, "New").await;
    assert_eq!(
        (found[0]["id"].as_str(), found[0]["queue"].as_str()),
        (Some(LETTER_ID), Some("inventory-inbox"))
    );
    let replayed = act(&house, LETTER_ID, "replay", "").await;
    assert_eq!((replayed.status, replayed.str("status")), (200, "Replayed"), "{}", replayed.text);
}

#[tokio::test]
async fn what_its_reader_says_of_a_letter_counts_more_than_what_its_queue_says() {
    let house = gate();
    deliver(&house, &[envelope()]).await;
    deliver(&house, &[letter(&envelope(), 5), envelope()]).await;
    let found = letters(&house, "New").await;
    assert_eq!(found.len(), 1, "{found:?}");
    assert_eq!((&found[0]["reason"], &found[0]["attempts"]), (&json!("it failed"), &json!(5)));
}

/// One letter that the database refuses made the whole batch come again, until the queue gave all of it up.
#[tokio::test]
async fn a_letter_that_cannot_be_stored_keeps_no_other_back() {
    let refuse = "create trigger refuse before insert on dead_letters when new.body = 'refused' \
        begin select raise(abort, 'rule:refused'); end;";
    let house = House::new().with(Gateway::default(), database(Service::Gateway, &(users() + refuse)));
    let bodies = ["one", "refused", "two"].map(str::to_owned);
    assert_eq!(deliver(&house, &bodies).await, [true, false, true]);
    assert_eq!(letters(&house, "New").await.len(), 2);
    assert!(house.take_log().iter().any(|line| line.contains("rule refused")), "it is told which and why");
}

#[tokio::test]
async fn a_replay_while_the_reader_is_down_leaves_the_letter_as_it_was() {
    let house = gate();
    deliver(&house, &[letter(&envelope(), 5)]).await;
    assert_eq!(act(&house, LETTER_ID, "replay", "").await.status, 503);
    let found = letters(&house, "New").await;
    assert_eq!((found.len(), &found[0]["note"]), (1, &json!(null)));
}

/// Whoever buries a message needs nobody for it: neither the gateway nor the queue of the dead letters.
#[tokio::test]
async fn a_letter_reaches_a_gateway_that_was_down_though_the_queue_lost_it() {
    let house = House::new().with(Inventory, database(Service::Inventory, ""));
    assert_eq!(support::deliver(&house, Service::Inventory, &["rubbish".to_owned()]).await, [true]);
    house.lose_messages();
    let house = house.with(Gateway::default(), database(Service::Gateway, &users()));
    house.advance_seconds(10);
    house.tick().await;
    let found = letters(&house, "New").await;
    assert_eq!(
        (found[0]["body"].as_str(), found[0]["queue"].as_str()),
        (Some("rubbish"), Some("inventory-inbox"))
    );
    assert!(found[0]["reason"].as_str().unwrap().contains("expected"), "{found:?}");
}

#[derive(Deserialize)]
struct Attempts {
    attempts: i64,
}

/// How often inventory has tried the message, counted once more.
async fn fail_once_more(house: &House) -> Option<i64> {
    let world = house.world(Service::Inventory).unwrap();
    let failure = plumbing::RECORD_FAILURE.bind(values![LETTER_ID, "the answer was lost", world.now()]);
    house
        .database(Service::Inventory)
        .unwrap()
        .query(failure)
        .await
        .unwrap()
        .first::<Attempts>()
        .unwrap()
        .map(|row| row.attempts)
}

async fn failing(house: &House) -> i64 {
    let health = send_as(house, "manager", "GET", "/health", "").await;
    health.json()["services"]["inventory"]["inbox"]["failing"].as_i64().unwrap()
}

/// When only the answer of its batch was lost, a message that is in the inbox never stopped counting as failing.
#[tokio::test]
async fn a_message_that_was_taken_in_is_not_counted_as_failing() {
    let house = house();
    assert_eq!((fail_once_more(&house).await, fail_once_more(&house).await), (Some(1), Some(2)));
    assert_eq!(failing(&house).await, 1);
    assert_eq!(support::deliver(&house, Service::Inventory, &[envelope()]).await, [true]);
    assert_eq!(failing(&house).await, 0, "taken in after all");
    assert_eq!(fail_once_more(&house).await, None);
    assert_eq!(failing(&house).await, 0);
}
