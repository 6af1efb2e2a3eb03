//! A random source that fails makes no weak secret: the request is refused, and may be sent again.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, reason = "helpers of tests")]

mod support;

use std::sync::Arc;
use std::sync::atomic::{AtomicI32, Ordering};

use contracts::{Queue, Service};
use kernel::{Tenant, TimeZone, Timestamp};
use native::{House, NativeWorld};
use platform::{Boxed, FetchError, Files, PeerError, QueueError, RandomError, Request, Response, World};
use serde_json::json;
use store::Database;
use support::{PASSWORD, bearer, gate};

/// A world whose random source fails once, after it has answered so often.
struct Unlucky {
    world: NativeWorld,
    left: AtomicI32,
}

impl World for Unlucky {
    fn database(&self, tenant: &Tenant) -> Option<Arc<dyn Database>> {
        self.world.database(tenant)
    }

    fn call(&self, peer: Service, request: Request) -> Boxed<'_, Result<Response, PeerError>> {
        self.world.call(peer, request)
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
        if self.left.fetch_sub(1, Ordering::Relaxed) == 0 {
            return Err(RandomError("there is no entropy".to_owned()));
        }
        self.world.random()
    }

    fn setting(&self, name: &str) -> Option<String> {
        self.world.setting(name)
    }

    fn log(&self, line: &str) {
        self.world.log(line);
    }
}

/// The same request again and again, each time with a random source that fails one call later, until nothing fails:
/// how often it was refused. What is refused has changed nothing that a repetition would meet.
async fn refusals(house: &House, path: &str, token: &str, body: &serde_json::Value) -> i32 {
    let app = house.app(Service::Gateway).unwrap();
    for left in 0..100 {
        let world = Unlucky { world: house.world(Service::Gateway).unwrap(), left: AtomicI32::new(left) };
        let request = http::Request::post(path)
            .header("content-type", "application/json")
            .header("authorization", token)
            .body(body.to_string().into_bytes())
            .unwrap();
        let answer = native::answer(&app, Arc::new(world), request).await;
        if answer.status().is_success() {
            return left;
        }
        let problem: serde_json::Value = serde_json::from_slice(answer.body()).unwrap();
        assert_eq!((answer.status().as_u16(), &problem["code"]), (503, &json!("TEMPORARILY_UNAVAILABLE")));
    }
    panic!("it is always refused");
}

/// Not even the cron runs with an id that is no id.
#[tokio::test]
async fn a_cron_run_without_randomness_says_so_and_does_nothing() {
    let house = gate();
    let app = house.app(Service::Gateway).unwrap();
    let world = Unlucky { world: house.world(Service::Gateway).unwrap(), left: AtomicI32::new(0) };
    app.tick(Arc::new(world)).await;
    let complaints = house.take_complaints();
    assert_eq!(complaints.len(), 1, "{complaints:?}");
    assert!(complaints[0].contains("there is no entropy"), "{complaints:?}");
}

#[tokio::test]
async fn a_request_that_needs_a_secret_is_refused_while_there_is_no_randomness() {
    let house = gate();
    let admin = bearer(&house, "admin").await;
    let login = json!({ "email": "admin@demo.test", "password": PASSWORD });
    // A refresh token is two calls; ids of the request, the attempt, the session and the audit's line are others.
    assert!(refusals(&house, "/api/auth/login", "Bearer none", &login).await >= 6);
    let user =
        json!({ "email": "new@demo.test", "name": "New", "role": "cashier", "password": "a long password" });
    assert!(refusals(&house, "/api/users", &admin, &user).await >= 4);
    let key = json!({ "name": "a program" });
    let keys = "/api/users/0190d000-0000-7000-8000-00000000a002/api-keys";
    assert!(refusals(&house, keys, &admin, &key).await >= 5);
}
