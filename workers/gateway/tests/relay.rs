//! The relay: what queues have lost is handed over, and nothing that fails delays anything else.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    reason = "helpers of tests"
)]

mod support;

use contracts::{Envelope, Queue, Service};
use gateway::Gateway;
use inventory::Inventory;
use native::House;
use order::Order;
use platform::{Body, Boxed, Request, Response, World};
use product::Product;
use serde_json::{Value, json};
use store::{OutboxMessage, Unit};
use support::{bearer, database, envelope, gate, house, send, send_as, users};
use web::messages::TakeError;
use web::{Bounded, CALLS_PER_EVENT_MAX, Context, Problem, Route};

/// Puts messages into a service's outbox as if its queue had lost them.
async fn lose_bodies(house: &House, owner: Service, queue: Queue, bodies: Vec<String>) {
    let world = house.world(owner).unwrap();
    let mut unit = Unit::new(world.now(), None);
    unit.publish(bodies.into_iter().enumerate().map(|(number, body)| OutboxMessage {
        id: format!("{}-{number:05}", queue.name()),
        queue: queue.name().to_owned(),
        body,
    }));
    unit.commit(&house.database(owner).unwrap()).await.unwrap();
}

async fn lose(house: &House, queue: Queue, count: usize) {
    let bodies = (0..count).map(|number| format!("{} {number}", queue.name())).collect();
    lose_bodies(house, Service::Inventory, queue, bodies).await;
}

/// An event of a new product that sells a SKU.
fn product(number: usize, sku: &str) -> String {
    let mut event: Value = serde_json::from_str(&envelope()).unwrap();
    event["id"] = json!(format!("0193e9a0-0000-7000-8000-{number:012}"));
    event["data"]["variants"][0]["sku"] = json!(sku);
    event.to_string()
}

async fn health(house: &House) -> Value {
    send_as(house, "manager", "GET", "/health", "").await.json().clone()
}

async fn waiting_at(house: &House, owner: Service) -> i64 {
    health(house).await["services"][owner.name()]["outbox"]["waiting"].as_i64().unwrap()
}

async fn waiting(house: &House) -> i64 {
    waiting_at(house, Service::Inventory).await
}

/// A round of every service's clock; what each logged of it, by its name.
async fn round(house: &House) -> Value {
    house.advance_seconds(60);
    house.tick().await;
    sweeps(house)
}

fn sweeps(house: &House) -> Value {
    let lines = house.take_log().into_iter().map(|line| serde_json::from_str::<Value>(&line).unwrap());
    let sweeps = lines.filter(|line| line["sweep"].is_object());
    let told = |line: Value| {
        let sum = json!({ "settled": line["sweep"]["settled"], "failures": line["failures"] });
        (line["service"].as_str().unwrap().to_owned(), sum)
    };
    Value::Object(sweeps.map(told).collect())
}

#[tokio::test]
async fn the_relay_hands_over_what_queues_have_lost_and_one_failure_stops_nobody() {
    let house = house();
    lose(&house, Queue::OrderInbox, 3).await;
    lose(&house, Queue::DeadLetters, 450).await;
    house.tick().await;
    let admin = bearer(&house, "admin").await;
    let inventory = async || {
        send_as(&house, "manager", "GET", "/health", "").await.json()["services"]["inventory"].clone()
    };
    assert_eq!(inventory().await["outbox"]["waiting"], 453, "young messages are left to their queues");
    house.advance_seconds(10);
    house.tick().await;
    assert_eq!(inventory().await["outbox"]["waiting"], 3, "there is no order service here");
    let health = send(&house, "GET", "/health", &[("authorization", &admin)], "").await;
    assert_eq!(health.json()["deadLetters"]["unseen"], 450);
    let sweeps = sweeps(&house);
    assert_eq!(sweeps["gateway"]["settled"], 450, "{sweeps}");
    assert!(sweeps["inventory"]["failures"][0].is_string(), "{sweeps}");
    assert_eq!(sweeps["inventory"]["settled"], 0, "{sweeps}");
}

/// The oldest 200 messages of a service were one page for all its queues: as many for a reader that is down
/// kept back everything behind them, for every reader.
#[tokio::test]
async fn a_reader_that_is_down_does_not_delay_the_others() {
    let house = house();
    lose(&house, Queue::OrderInbox, 450).await;
    house.advance_seconds(1);
    lose(&house, Queue::DeadLetters, 10).await;
    let tick = round(&house).await;
    assert_eq!((waiting(&house).await, &tick["gateway"]["settled"]), (450, &json!(10)), "{tick}");
    let failures = tick["inventory"]["failures"].as_array().unwrap();
    assert_eq!(failures.len(), 3, "a reader that is down is not asked again and again: {tick}");
}

/// A page of messages that all fail was offered again and again; those behind it waited until each had
/// become a dead letter, 200 in five minutes.
#[tokio::test]
async fn messages_that_fail_do_not_keep_back_those_behind_them() {
    let refuse = "create trigger refuse before insert on items when new.sku = 'BAD' \
        begin select raise(abort, 'rule:refused'); end;";
    let house = gate()
        .with(Product, database(Service::Product, ""))
        .with(Inventory, database(Service::Inventory, refuse));
    let mut bodies: Vec<String> = (0..450).map(|number| product(number, "BAD")).collect();
    bodies.push(product(450, "GOOD"));
    lose_bodies(&house, Service::Product, Queue::InventoryInbox, bodies).await;
    let tick = round(&house).await;
    assert_eq!(tick["product"]["settled"], 1, "{tick}");
    let services = health(&house).await["services"].clone();
    let both = |services: &Value| {
        (services["product"]["outbox"]["waiting"].clone(), services["inventory"]["inbox"]["failing"].clone())
    };
    assert_eq!(both(&services), (json!(450), json!(450)));
    for _ in 1..5 {
        round(&house).await;
    }
    round(&house).await;
    let health = health(&house).await;
    assert_eq!(health["deadLetters"]["unseen"], 450, "{health}");
    assert_eq!(both(&health["services"]), (json!(0), json!(0)));
}

/// Inventory, but one message brings it down before it can count an attempt.
struct Fragile;

impl Bounded for Fragile {
    fn service(&self) -> Service {
        Service::Inventory
    }

    fn routes(&self) -> Vec<Route> {
        Inventory.routes()
    }

    fn consume<'a>(
        &'a self,
        context: &'a Context,
        envelope: &'a Envelope,
    ) -> Boxed<'a, Result<(), TakeError>> {
        Inventory.consume(context, envelope)
    }

    fn sweep<'a>(&'a self, context: &'a Context) -> Boxed<'a, Result<u32, Problem>> {
        Inventory.sweep(context)
    }

    fn open(&self, _: &dyn World, request: &mut Request) -> Option<Response> {
        let Body::Bytes(body) = request.body() else { return None };
        let poisoned = String::from_utf8_lossy(body).contains("POISON");
        poisoned.then(|| {
            let mut answer = Response::default();
            *answer.status_mut() = http::StatusCode::INTERNAL_SERVER_ERROR;
            answer
        })
    }
}

/// The hand-over failed as a whole, in every round: nothing of the page was ever taken.
#[tokio::test]
async fn a_message_that_brings_its_reader_down_keeps_nobody_back() {
    for poison in [0, 1, 77, 149] {
        let house = gate()
            .with(Product, database(Service::Product, ""))
            .with(Fragile, database(Service::Inventory, ""));
        let sku = |number| if number == poison { "POISON".to_owned() } else { format!("SKU-{number}") };
        let bodies = (0..150).map(|number| product(number, &sku(number))).collect();
        lose_bodies(&house, Service::Product, Queue::InventoryInbox, bodies).await;
        let tick = round(&house).await;
        assert_eq!(
            (waiting_at(&house, Service::Product).await, &tick["product"]["settled"]),
            (1, &json!(149)),
            "{poison}: {tick}"
        );
    }
}

/// A refund that could not be stored made the sweep fail, and with it the report of what waits.
#[tokio::test]
async fn a_sweep_that_fails_does_not_keep_the_messages_back() {
    let broken = "insert into warehouses (id, code, name, region, updated_at) values
          ('0190d000-0000-7000-8000-0000000000a1', 'MAIN', 'Main', 'US-CA', '2026-11-20T08:00:00.000Z');
        insert into refunds (id, sales_channel, warehouse_id, currency, subtotal_minor, tax_minor, total_minor, restock,
          reason, status, refunded_by, request, created_at, updated_at) values
          ('0190d000-0000-7000-8000-0000000000b1', 'POS', '0190d000-0000-7000-8000-0000000000a1', 'USD', 0, 0, 0, 0,
          'broken', 'Pending', 'somebody', '{}', '2026-11-20T08:00:00.000Z', '2026-11-20T08:00:00.000Z');
        create trigger broken before update on refunds begin select raise(abort, 'rule:broken'); end;";
    let house = house().with(Order, database(Service::Order, broken));
    lose_bodies(&house, Service::Order, Queue::DeadLetters, vec!["rubbish".to_owned()]).await;
    let tick = round(&house).await;
    assert_eq!(tick["gateway"]["settled"], 1, "{tick}");
    assert!(tick["order"]["failures"][0].as_str().unwrap().starts_with("sweep: "), "{tick}");
    let refund = health(&house).await["services"]["order"]["sagas"][1].clone();
    assert_eq!((&refund["kind"], &refund["stuck"]), (&json!("refund"), &json!(1)), "and it is seen");
}

/// A page of dead letters is one call, which also tells what is stored of the page before. The services without any
/// take one call each; so one round takes some 28 pages of 200, and ten thousand letters are two rounds of the clock.
#[tokio::test]
async fn a_backlog_of_ten_thousand_messages_drains_in_two_rounds() {
    let house = house();
    lose(&house, Queue::DeadLetters, 10_000).await;
    let first = round(&house).await["gateway"]["settled"].as_i64().unwrap();
    assert!(first > 5_000 && first <= i64::from(CALLS_PER_EVENT_MAX) * 200, "{first}");
    round(&house).await;
    assert_eq!(waiting(&house).await, 0);
    assert_eq!(health(&house).await["deadLetters"]["unseen"], 10_000);
}

/// Two lanes share the calls of a round: neither waits for the end of the other.
#[tokio::test]
async fn a_long_backlog_for_one_reader_leaves_calls_for_the_others() {
    let house = House::new()
        .with(Gateway::default(), database(Service::Gateway, &users()))
        .with(Inventory, database(Service::Inventory, ""))
        .with(Order, database(Service::Order, ""));
    let bodies = |kind: &str| (0..8_000).map(|number| format!("{kind} {number}")).collect();
    lose_bodies(&house, Service::Inventory, Queue::OrderInbox, bodies("rubbish")).await;
    house.advance_seconds(1);
    lose(&house, Queue::AccountingInbox, 1).await;
    let tick = round(&house).await;
    let settled = tick["inventory"]["settled"].as_i64().unwrap();
    assert!(settled > 0 && settled < 8_000, "the backlog takes more than this round: {tick}");
    let failures = tick["inventory"]["failures"].as_array().unwrap();
    assert!(!failures.is_empty(), "the other reader was asked, and is not here: {tick}");
}
