//! The relay asks a reader which messages it has, by their ids; only what it lacks is sent.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    reason = "helpers of tests"
)]

mod support;

use std::sync::{Arc, Mutex};

use contracts::{Envelope, Queue, Service};
use native::House;
use order::Order;
use platform::{Body, Boxed, Request, Response, World};
use product::Product;
use serde_json::{Value, json};
use store::{Database as _, OutboxMessage, Statement, Unit};
use support::{database, deliver, envelope, gate};
use web::messages::TakeError;
use web::{Bounded, Context, Problem, Route};

const ASKED: &str = "/internal/events/settled";
const HANDED_OVER: &str = "/internal/events";

/// The requests that a reader got: path and body.
type Seen = Arc<Mutex<Vec<(String, Value)>>>;

/// Inventory, but each request is recorded, and refused where `refuses` has a status: it is down, or an older release.
struct Watched {
    seen: Seen,
    refuses: fn(&str) -> Option<u16>,
}

impl Bounded for Watched {
    fn service(&self) -> Service {
        Service::Inventory
    }

    fn routes(&self) -> Vec<Route> {
        inventory::Inventory.routes()
    }

    fn consume<'a>(&'a self, context: &'a Context, of: &'a Envelope) -> Boxed<'a, Result<(), TakeError>> {
        inventory::Inventory.consume(context, of)
    }

    fn sweep<'a>(&'a self, context: &'a Context) -> Boxed<'a, Result<u32, Problem>> {
        inventory::Inventory.sweep(context)
    }

    fn open(&self, _: &dyn World, request: &mut Request) -> Option<Response> {
        let path = request.uri().path().to_owned();
        let Body::Bytes(body) = request.body() else { return None };
        let body = serde_json::from_slice(body).unwrap_or_default();
        self.seen.lock().unwrap().push((path.clone(), body));
        let status = (self.refuses)(&path)?;
        let mut answer = Response::new(Body::Bytes(json!({ "code": "NOT_FOUND" }).to_string().into()));
        *answer.status_mut() = http::StatusCode::from_u16(status).unwrap();
        Some(answer)
    }
}

/// Product, which publishes, and inventory, which reads; what inventory is asked.
fn watched(script: &str, refuses: fn(&str) -> Option<u16>) -> (House, Seen) {
    let seen = Seen::default();
    let house = gate()
        .with(Product, database(Service::Product, ""))
        .with(Watched { seen: seen.clone(), refuses }, database(Service::Inventory, script));
    (house, seen)
}

fn id(number: usize) -> String {
    format!("0193e9a0-0000-7000-8000-{number:012}")
}

/// An event of a new product.
fn event(number: usize, sku: &str) -> String {
    let mut event: Value = serde_json::from_str(&envelope()).unwrap();
    event["id"] = json!(id(number));
    event["data"]["variants"][0]["sku"] = json!(sku);
    event.to_string()
}

/// So many events in the outbox of product; the queue has not delivered any.
async fn publish(house: &House, skus: &[&str]) -> Vec<String> {
    let bodies: Vec<String> = skus.iter().enumerate().map(|(number, sku)| event(number, sku)).collect();
    let mut unit = Unit::new(house.world(Service::Product).unwrap().now(), None);
    unit.publish(bodies.iter().enumerate().map(|(number, body)| OutboxMessage {
        id: id(number),
        queue: Queue::InventoryInbox.name().to_owned(),
        body: body.clone(),
    }));
    unit.commit(&house.database(Service::Product).unwrap()).await.unwrap();
    bodies
}

/// The SQL of many messages in the outbox of product, each a second after the last one, some at the same time.
fn many(queue: Queue, count: usize) -> String {
    format!(
        "with recursive n (n) as (select 0 union all select n + 1 from n where n < {count} - 1)
        insert into outbox (id, queue, body, created_at)
        select printf('0193e9a0-0000-7000-8000-%012d', n), '{}', 'message ' || n,
          strftime('%Y-%m-%dT%H:%M:%S.000Z', 1795000000 + n / 10, 'unixepoch') from n;",
        queue.name()
    )
}

/// The SQL of a reader that has taken in so many of them.
fn taken_in(count: usize) -> String {
    format!(
        "with recursive n (n) as (select 0 union all select n + 1 from n where n < {count} - 1)
        insert into inbox (message_id, type, received_at)
        select printf('0193e9a0-0000-7000-8000-%012d', n), 'ProductCreated', '2026-11-20T08:00:00.000Z' from n;"
    )
}

/// A round of the clock; what product logged of it.
async fn round(house: &House) -> Value {
    house.advance_seconds(60);
    drop(house.take_log());
    house.tick().await;
    let lines = house.take_log().into_iter().map(|line| serde_json::from_str::<Value>(&line).unwrap());
    lines.into_iter().find(|line| line["sweep"].is_object() && line["service"] == "product").unwrap()
}

async fn count(house: &House, service: Service, text: &'static str) -> i64 {
    let statement = Statement { text, values: Vec::new() };
    let row: Option<Value> =
        house.database(service).unwrap().query(statement).await.unwrap().first().unwrap();
    row.unwrap()["n"].as_i64().unwrap()
}

async fn waiting(house: &House) -> i64 {
    count(house, Service::Product, "select count(*) as n from outbox where delivered_at is null").await
}

/// How often it was asked, and the ids of the messages that were handed over.
fn told(seen: &Seen) -> (usize, Vec<String>) {
    let seen = std::mem::take(&mut *seen.lock().unwrap());
    let asked = seen.iter().filter(|(path, _)| path == ASKED).count();
    let handed_over = seen.iter().filter(|(path, _)| path == HANDED_OVER);
    let messages = handed_over.flat_map(|(_, body)| body["messages"].as_array().unwrap().clone());
    (asked, messages.map(|message| message["id"].as_str().unwrap().to_owned()).collect())
}

#[tokio::test]
async fn only_what_the_reader_lacks_is_sent() {
    for has in [0, 1, 7, 10] {
        let (house, seen) = watched("", |_| None);
        let bodies = publish(&house, &["SKU"; 10]).await;
        // The queue has delivered the last ones.
        let delivered = &bodies[10 - has..];
        assert_eq!(deliver(&house, Service::Inventory, delivered).await, vec![true; has]);
        let line = round(&house).await;
        let lost: Vec<String> = (0..10 - has).map(id).collect();
        assert_eq!(told(&seen), (1, lost), "{has}: {line}");
        assert_eq!(
            line["sweep"],
            json!({ "resumed": 0, "waiting": 10, "handedOver": 10 - has, "settled": 10 })
        );
        assert_eq!(line["calls"], if has == 10 { 1 } else { 2 });
        assert_eq!(waiting(&house).await, 0);
        assert_eq!(count(&house, Service::Inventory, "select count(*) as n from inbox").await, 10);
        round(&house).await;
        assert_eq!(told(&seen), (0, Vec::new()), "nothing is left to ask about");
    }
}

#[tokio::test]
async fn a_reader_that_is_down_has_nothing() {
    let (house, seen) = watched("", |path| path.starts_with("/internal").then_some(503));
    let bodies = publish(&house, &["SKU"; 10]).await;
    assert_eq!(deliver(&house, Service::Inventory, &bodies).await, [true; 10]);
    let line = round(&house).await;
    assert_eq!(told(&seen), (3, Vec::new()), "it is not asked again and again: {line}");
    assert_eq!((waiting(&house).await, line["failures"].as_array().unwrap().len()), (10, 3));
    support::replace(&house, Watched { seen: seen.clone(), refuses: |_| None });
    round(&house).await;
    assert_eq!((told(&seen), waiting(&house).await), ((1, Vec::new()), 0));
}

/// "I have none" would send every body.
#[tokio::test]
async fn a_reader_that_cannot_look_does_not_say_that_it_has_none() {
    let (house, seen) = watched("alter table inbox rename to broken;", |_| None);
    publish(&house, &["SKU"; 10]).await;
    round(&house).await;
    assert_eq!((told(&seen), waiting(&house).await), ((3, Vec::new()), 10));
}

#[tokio::test]
async fn a_message_that_is_buried_is_settled_and_one_that_failed_is_not() {
    let refuse = "create trigger refuse before insert on items when new.sku like 'BAD%' \
        begin select raise(abort, 'rule:refused'); end;";
    let (house, seen) = watched(refuse, |_| None);
    let bodies = publish(&house, &["BAD-0", "BAD-1", "GOOD"]).await;
    for _ in 0..4 {
        assert_eq!(deliver(&house, Service::Inventory, &bodies[..1]).await, [false]);
    }
    assert_eq!(deliver(&house, Service::Inventory, &bodies).await, [true, false, true]);
    let line = round(&house).await;
    assert_eq!(told(&seen), (1, vec![id(1)]), "{line}");
    assert_eq!((waiting(&house).await, &line["sweep"]["settled"]), (1, &json!(2)));
    let letters = "select count(*) as n from outbox where queue = 'dead-letters'";
    assert_eq!(count(&house, Service::Inventory, letters).await, 1);
    // The relay's attempts count, too: after three more it is buried.
    for _ in 0..3 {
        round(&house).await;
    }
    assert_eq!((waiting(&house).await, count(&house, Service::Inventory, letters).await), (0, 2));
}

/// It does not know the question: it is asked once in a round, and gets every body as before.
#[tokio::test]
async fn a_reader_of_an_earlier_release_gets_every_body() {
    let (house, seen) = watched(&taken_in(5_100), |path| (path == ASKED).then_some(404));
    house.database(Service::Product).unwrap().script(&many(Queue::InventoryInbox, 5_100)).unwrap();
    for number in [0, 5_099] {
        let known =
            format!("update outbox set body = '{}' where id = '{}'", event(number, "SKU"), id(number));
        house.database(Service::Product).unwrap().script(&known).unwrap();
    }
    let line = round(&house).await;
    let (asked, handed_over) = told(&seen);
    assert_eq!((asked, handed_over.len(), waiting(&house).await), (1, 5_100, 0), "{line}");
    assert_eq!((&line["calls"], &line["failures"]), (&json!(27), &json!([])), "200 messages a call");
}

/// It confirmed 200 at a time, 1,000 a minute: above 17 messages a second an outbox grew without bound although the
/// queue had delivered every one.
#[tokio::test]
async fn a_thousand_messages_a_second_are_confirmed_for_each_of_two_readers() {
    let (house, seen) = watched(&taken_in(60_000), |_| None);
    let house = house.with(Order, database(Service::Order, &taken_in(60_000)));
    for queue in [Queue::InventoryInbox, Queue::OrderInbox] {
        house.database(Service::Product).unwrap().script(&many(queue, 60_000)).unwrap();
    }
    let line = round(&house).await;
    assert_eq!((line["calls"].as_u64(), waiting(&house).await), (Some(24), 0), "{line}");
    assert_eq!(
        line["sweep"],
        json!({ "resumed": 0, "waiting": 120_000, "handedOver": 0, "settled": 120_000 })
    );
    let seen = seen.lock().unwrap();
    let pages: Vec<&Value> =
        seen.iter().filter(|(path, _)| path == ASKED).map(|(_, body)| &body["ids"]).collect();
    assert!(pages.iter().all(|page| page.to_string().len() < 200_000), "a page is bounded");
    let asked: Vec<String> = pages.iter().flat_map(|page| page.as_array().unwrap()).map(text).collect();
    assert_eq!(asked, (0..60_000).map(id).collect::<Vec<_>>(), "each once, the oldest first");
}

fn text(value: &Value) -> String {
    value.as_str().unwrap().to_owned()
}

/// A queue that has lost everything takes half of the calls; the other half confirms what another has delivered.
#[tokio::test]
async fn a_reader_that_lacks_everything_leaves_calls_for_another() {
    let (house, seen) = watched("", |_| None);
    let house = house.with(Order, database(Service::Order, &taken_in(60_000)));
    for (queue, count) in [(Queue::InventoryInbox, 8_000), (Queue::OrderInbox, 60_000)] {
        house.database(Service::Product).unwrap().script(&many(queue, count)).unwrap();
    }
    let line = round(&house).await;
    let (asked, handed_over) = told(&seen);
    assert_eq!(
        (asked, line["calls"].as_u64()),
        (1, Some(32)),
        "what is lost goes before the next page: {line}"
    );
    assert_eq!(handed_over.len(), 19 * 200, "{line}");
    let of_order = "select count(*) as n from outbox where queue = 'order-inbox' and delivered_at is null";
    assert_eq!(count(&house, Service::Product, of_order).await, 0);
    assert_eq!(waiting(&house).await, 8_000 - 19 * 200);
}

#[tokio::test]
async fn a_young_message_is_left_to_its_queue() {
    let (house, seen) = watched("", |_| None);
    publish(&house, &["SKU"; 3]).await;
    house.advance_seconds(1);
    house.tick().await;
    assert_eq!(told(&seen), (0, Vec::new()));
    house.advance_seconds(2);
    house.tick().await;
    assert_eq!(told(&seen), (1, (0..3).map(id).collect()));
}
