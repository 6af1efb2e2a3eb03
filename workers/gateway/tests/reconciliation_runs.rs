//! Runs of the reconciliation: begun on request and at night, taken further each minute, kept with what they found.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "helpers of tests")]

mod support;

use contracts::Service;
use inventory::Inventory;
use native::House;
use serde_json::{Value, json};
use support::{Down, replace, sell, send_as, stocked, tick};

const RUNS: &str = "/api/v1/ops/reconciliation/runs";

async fn start(house: &House) -> Value {
    send_as(house, "accountant", "POST", RUNS, "").await.expect(202)
}

async fn shown(house: &House, run: &Value) -> Value {
    let path = format!("{RUNS}/{}", run["id"].as_str().unwrap());
    send_as(house, "accountant", "GET", &path, "").await.ok()
}

async fn list(house: &House) -> Vec<Value> {
    send_as(house, "manager", "GET", RUNS, "").await.ok()["data"].as_array().unwrap().clone()
}

fn check<'a>(run: &'a Value, name: &str) -> &'a Value {
    let checks = run["checks"].as_array().unwrap();
    checks.iter().find(|check| check["name"] == name).unwrap_or(&Value::Null)
}

#[tokio::test]
async fn a_run_on_request_looks_at_everything_and_is_kept() {
    let house = stocked().await;
    assert_eq!(sell(&house, 2).await.status, 201);
    tick(&house).await;
    house.advance_seconds(180);
    let begun = start(&house).await;
    assert_eq!(begun["finishedAt"], Value::Null);
    let services = Service::Gateway.others().map(Service::name);
    let all: Vec<&str> = services.chain(["sales", "present"]).collect();
    assert_eq!(begun["left"], json!(all));
    let run = shown(&house, &begun).await;
    assert_eq!((&run["ok"], &run["left"]), (&json!(true), &json!([])), "{run}");
    assert!(run["finishedAt"].is_string(), "{run}");
    assert_eq!(check(&run, "sales.booked_once")["checked"], 1, "{run}");
    assert_eq!(check(&run, "order.completed_orders_are_paid")["checked"], 1, "{run}");
    let listed = list(&house).await;
    assert_eq!((listed.len(), &listed[0]["id"], &listed[0]["ok"]), (1, &begun["id"], &json!(true)));
    assert_eq!(send_as(&house, "cashier", "POST", RUNS, "").await.status, 403);
    let unknown = format!("{RUNS}/{}", uuid::Uuid::nil());
    send_as(&house, "manager", "GET", &unknown, "").await.refused(404, "NOT_FOUND");
}

#[tokio::test]
async fn what_is_wrong_is_listed_after_looking_again() {
    let house = stocked().await;
    assert_eq!(sell(&house, 3).await.status, 201);
    house.lose_messages();
    house.advance_seconds(180);
    // The books lag behind the stock: a run looks again before it says so.
    let begun = start(&house).await;
    let run = shown(&house, &begun).await;
    assert_eq!((&run["left"], &run["ok"]), (&json!(["present"]), &json!(false)), "{run}");
    let failures = check(&run, "sales.booked_once")["failures"].to_string();
    assert!(failures.contains("0 entries instead of one"), "{failures}");
    // A second one is not begun meanwhile: it is the same.
    assert_eq!(start(&house).await["id"], begun["id"]);
    tick(&house).await;
    let run = shown(&house, &begun).await;
    assert!(run["finishedAt"].is_string(), "{run}");
    assert_eq!(check(&run, "books.inventory_equals_valuation")["ok"], true, "{run}");
    assert_eq!(run["ok"], false, "what was missing then stays in the run: {run}");
    let logged = house.take_log().into_iter().map(|line| serde_json::from_str::<Value>(&line).unwrap());
    let told: Vec<Value> = logged.filter(|line| line["reconciliation"].is_object()).collect();
    assert_eq!(told.len(), 1, "{told:?}");
    assert_eq!(
        (&told[0]["level"], &told[0]["reconciliation"]["failed"]),
        (&json!("error"), &json!(["sales.booked_once"]))
    );
}

#[tokio::test]
async fn a_run_waits_for_a_service_that_does_not_answer_and_goes_on_where_it_was() {
    let house = stocked().await;
    assert_eq!(sell(&house, 1).await.status, 201);
    tick(&house).await;
    house.advance_seconds(180);
    replace(&house, Down);
    let begun = start(&house).await;
    let run = shown(&house, &begun).await;
    assert_eq!(run["left"], json!(["inventory", "sales", "present"]), "{run}");
    assert_eq!(run["ok"], true, "that it does not answer at the moment is no failure: {run}");
    replace(&house, Inventory);
    tick(&house).await;
    let run = shown(&house, &begun).await;
    assert_eq!((&run["ok"], &run["left"]), (&json!(true), &json!([])), "{run}");
    assert_eq!(check(&run, "sales.goods_moved_once")["checked"], 1, "{run}");
}

#[tokio::test]
async fn a_run_that_finds_no_answer_in_five_slices_says_so() {
    let house = stocked().await;
    assert_eq!(sell(&house, 1).await.status, 201);
    tick(&house).await;
    house.advance_seconds(180);
    replace(&house, Down);
    let begun = start(&house).await;
    for _ in 0..5 {
        assert_eq!(shown(&house, &begun).await["finishedAt"], Value::Null);
        house.advance_seconds(60);
        house.tick().await;
    }
    let run = shown(&house, &begun).await;
    assert!(run["finishedAt"].is_string() && run["ok"] == false, "{run}");
    assert_eq!(check(&run, "inventory.answers")["ok"], false, "{run}");
    assert_eq!(check(&run, "sales.booked_once")["ok"], false, "{run}");
}

#[tokio::test]
async fn one_run_begins_each_night() {
    let house = stocked().await;
    // It is nine in the morning.
    tick(&house).await;
    assert_eq!(list(&house).await.len(), 0);
    house.advance_seconds(17 * 3_600 + 1_800);
    for _ in 0..3 {
        tick(&house).await;
    }
    let runs = list(&house).await;
    assert_eq!(runs.len(), 1, "{runs:?}");
    assert_eq!((&runs[0]["startedBy"], &runs[0]["ok"]), (&json!("gateway"), &json!(true)), "{runs:?}");
    house.advance_seconds(24 * 3_600);
    tick(&house).await;
    assert_eq!(list(&house).await.len(), 2);
}
