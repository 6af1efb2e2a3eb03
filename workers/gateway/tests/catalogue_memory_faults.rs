//! The memory of the catalogue when answers are slow, come late or do not come: what it shows is never older than a
//! second, and nothing is shown that nobody has confirmed.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "test code: a failure here is a failed test"
)]

mod support;

use std::sync::{Arc, Mutex};

use contracts::{Queue, Service};
use gateway::Gateway;
use kernel::{Tenant, TimeZone, Timestamp};
use native::client::{Answer, usd};
use native::{House, NativeWorld};
use platform::{Boxed, FetchError, Files, PeerError, QueueError, RandomError, Request, Response, World};
use product::Product;
use serde_json::json;
use store::Database;
use support::catalogue::{price, set_price};
use support::gate;
use web::{App, Role};

const PATH: &str = "/api/v1/products/sku/MUG";
const VERSION: &str = "/internal/catalogue/version";

/// What happens on the way back of a call of this path, after the service has answered; an error loses the answer.
type Hook = Box<dyn FnOnce() -> Boxed<'static, Result<(), ()>> + Send>;

/// The world of the gateway, with a way between it and the catalogue on which things happen once.
#[derive(Clone)]
struct Way {
    world: NativeWorld,
    hook: Arc<Mutex<Option<(&'static str, Hook)>>>,
}

impl World for Way {
    fn call(&self, peer: Service, request: Request) -> Boxed<'_, Result<Response, PeerError>> {
        let path = request.uri().path().to_owned();
        Box::pin(async move {
            let answer = self.world.call(peer, request).await;
            let due = self.hook.lock().unwrap().take_if(|(of, _)| *of == path);
            if let Some((_, hook)) = due {
                hook().await.map_err(|()| PeerError { peer, cause: "lost".to_owned() })?;
            }
            answer
        })
    }

    fn database(&self, tenant: &Tenant) -> Option<Arc<dyn Database>> {
        self.world.database(tenant)
    }

    fn fetch(&self, request: Request) -> Boxed<'_, Result<Response, FetchError>> {
        self.world.fetch(request)
    }

    fn files(&self) -> &dyn Files {
        self.world.files()
    }

    fn send(&self, queue: Queue, bodies: Vec<String>) -> Boxed<'_, Result<(), QueueError>> {
        self.world.send(queue, bodies)
    }

    fn defer(&self, work: Boxed<'static, ()>) {
        self.world.defer(work);
    }

    fn now(&self) -> Timestamp {
        self.world.now()
    }

    fn utc_offset_seconds(&self, zone: &TimeZone, at: Timestamp) -> Option<i32> {
        self.world.utc_offset_seconds(zone, at)
    }

    fn random(&self) -> Result<[u8; 16], RandomError> {
        self.world.random()
    }

    fn setting(&self, name: &str) -> Option<String> {
        self.world.setting(name)
    }

    fn log(&self, line: &str) {
        self.world.log(line);
    }
}

/// One isolate of the gateway before one catalogue.
struct Isolate {
    house: House,
    app: App,
    way: Way,
}

impl Isolate {
    /// With a mug for 8.00.
    async fn open() -> Self {
        let house = gate().with(Product, native::database(Service::Product).unwrap());
        let mug = json!({ "name": "Mug", "status": "Active", "variants": [{ "sku": "MUG", "price": usd("8.00") }] });
        house.client(Service::Product).by(Role::Manager).post("/products", mug).await.expect(201);
        let way = Way { world: house.world(Service::Gateway).unwrap(), hook: Arc::default() };
        Self { house, app: App::new(Gateway::default()), way }
    }

    /// What happens on the way back of the next call of a path.
    fn on_the_way_back(&self, path: &'static str, hook: Hook) {
        *self.way.hook.lock().unwrap() = Some((path, hook));
    }

    async fn ask(&self) -> Answer {
        let request = http::Request::get(PATH).body(Vec::new()).unwrap();
        native::answer(&self.app, Arc::new(self.way.clone()), request).await.into()
    }

    async fn price(&self) -> String {
        price(&self.ask().await)
    }
}

/// A new price, and then so much time.
fn new_price_and_then(house: &House, ms: i64) -> Hook {
    let house = house.clone();
    Box::new(move || {
        Box::pin(async move {
            set_price(&house, "9.99").await;
            house.advance_ms(ms);
            Ok(())
        })
    })
}

#[tokio::test]
async fn a_slow_version_makes_nothing_older_than_a_second() {
    for delay_ms in [0, 1, 500, 999, 1_000, 1_001, 5_000] {
        let isolate = Isolate::open().await;
        assert_eq!(isolate.price().await, "8.00");
        isolate.house.advance_ms(1_001);
        // The version is read before the change, and its answer comes so much later.
        isolate.on_the_way_back(VERSION, new_price_and_then(&isolate.house, delay_ms));
        let shown = isolate.price().await;
        let allowed: &[&str] = if delay_ms > 1_000 { &["9.99"] } else { &["8.00", "9.99"] };
        assert!(allowed.contains(&shown.as_str()), "{delay_ms} ms after the change: {shown}");
        isolate.house.advance_ms((1_001 - delay_ms).max(0));
        assert_eq!(isolate.price().await, "9.99", "{delay_ms}");
    }
}

#[tokio::test]
async fn an_answer_that_comes_late_is_kept_under_the_version_before_it() {
    for delay_ms in [0, 500, 1_000, 1_001, 5_000] {
        let isolate = Isolate::open().await;
        // The price is read before the change, and arrives so much later; whoever asked then gets it.
        isolate.on_the_way_back("/products/sku/MUG", new_price_and_then(&isolate.house, delay_ms));
        assert_eq!(isolate.price().await, "8.00");
        isolate.house.advance_ms((1_001 - delay_ms).max(0));
        assert_eq!(isolate.price().await, "9.99", "{delay_ms}");
    }
}

#[tokio::test]
async fn an_answer_that_is_overtaken_by_a_newer_version_is_not_kept() {
    let isolate = Arc::new(Isolate::open().await);
    let second = isolate.clone();
    isolate.on_the_way_back(
        "/products/sku/MUG",
        Box::new(move || {
            Box::pin(async move {
                set_price(&second.house, "9.99").await;
                second.house.advance_ms(1_001);
                // Another request hears of the new version meanwhile.
                assert_eq!(second.price().await, "9.99");
                Ok(())
            })
        }),
    );
    assert_eq!(isolate.price().await, "8.00", "it was asked for before the change");
    assert_eq!(isolate.price().await, "9.99");
}

#[tokio::test]
async fn a_version_that_does_not_come_confirms_nothing_and_the_catalogue_answers_itself() {
    let isolate = Isolate::open().await;
    assert_eq!(isolate.price().await, "8.00");
    isolate.house.advance_ms(1_001);
    isolate.on_the_way_back(VERSION, Box::new(|| Box::pin(std::future::ready(Err(())))));
    set_price(&isolate.house, "9.99").await;
    for _ in 0..3 {
        // Nobody asks again within the second; so nothing is shown from memory.
        let answer = isolate.ask().await;
        assert!(answer.text.contains("9.99"), "{}", answer.text);
        assert_eq!(answer.header("server-timing").unwrap().matches("product;dur=").count(), 1);
    }
    let complaints = isolate.house.take_complaints();
    assert!(complaints.len() == 1 && complaints[0].contains("\"level\":\"warn\""), "{complaints:?}");
    isolate.house.advance_ms(1_001);
    let timing = |answer: &Answer| answer.header("server-timing").unwrap().matches("product;dur=").count();
    assert_eq!(timing(&isolate.ask().await), 2, "the version and the answer");
    assert_eq!(timing(&isolate.ask().await), 0);
}

#[tokio::test]
async fn a_catalogue_that_is_down_is_not_replaced_by_what_it_once_said() {
    let isolate = Isolate::open().await;
    assert_eq!(isolate.price().await, "8.00");
    // Another house without it: nobody answers.
    let alone = gate();
    alone.advance_ms(isolate.way.now().unix_ms() - alone.world(Service::Gateway).unwrap().now().unix_ms());
    let way = Way { world: alone.world(Service::Gateway).unwrap(), hook: Arc::default() };
    let isolate = Isolate { house: alone, way, ..isolate };
    isolate.house.advance_ms(1_000);
    assert_eq!(isolate.price().await, "8.00", "confirmed a second ago");
    isolate.house.advance_ms(1);
    for _ in 0..3 {
        isolate.ask().await.refused(503, "TEMPORARILY_UNAVAILABLE");
    }
}
