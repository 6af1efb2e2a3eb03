//! Limits for everybody: requests per client, attempts to log in, bodies that are refused before they are read, and
//! guests who must show that they are people.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, reason = "helpers of tests")]

mod support;

use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::task::{Context, Poll};

use contracts::Service;
use native::House;
use native::client::Answer;
use platform::{Body, BodyError};
use serde_json::{Value, json};
use support::{PASSWORD, bearer, gate, send, stocked};

async fn from(house: &House, address: &str, method: &str, path: &str) -> Answer {
    send(house, method, path, &[("cf-connecting-ip", address)], "").await
}

#[tokio::test]
async fn a_client_that_sends_too_much_waits_and_others_do_not() {
    let house = gate();
    house.set("RATE_GUEST_READ", "6");
    let read = async |address: &str| from(&house, address, "GET", "/api/v1/nothing").await;
    for _ in 0..6 {
        assert_eq!(read("2001:db8:1:2::1").await.status, 404);
    }
    let refused = read("2001:db8:1:2:ffff::9").await;
    refused.refused(429, "RATE_LIMITED");
    assert_eq!(refused.header("retry-after"), Some("11"), "the same network is the same client");
    assert_eq!(read("2001:db8:1:3::1").await.status, 404);
    assert_eq!(read("203.0.113.7").await.status, 404);
    house.advance_seconds(11);
    assert_eq!(read("2001:db8:1:2::1").await.status, 404);
}

#[tokio::test]
async fn each_class_of_requests_has_its_own_limit() {
    let house = gate();
    for (setting, limit) in
        [("RATE_SIGN_IN", "2"), ("RATE_GUEST_READ", "3"), ("RATE_GUEST_WRITE", "4"), ("RATE_CALLER", "5")]
    {
        house.set(setting, limit);
    }
    let cashier = bearer(&house, "cashier").await;
    house.advance_seconds(60);
    let count = async |method: &str, path: &str, headers: &[(&str, &str)]| {
        let mut admitted = 0;
        while send(&house, method, path, headers, "").await.status != 429 {
            admitted += 1;
        }
        admitted
    };
    assert_eq!(count("POST", "/api/v1/auth/login", &[]).await, 2);
    assert_eq!(count("GET", "/api/v1/nothing", &[]).await, 3);
    // What is not valid counts as a visitor's attempt to change something.
    assert_eq!(count("GET", "/api/v1/nothing", &[("authorization", "Bearer x")]).await, 4);
    assert_eq!(count("POST", "/api/v1/nothing", &[]).await, 0);
    let caller = [("authorization", cashier.as_str())];
    assert_eq!(count("GET", "/api/v1/nothing", &caller).await, 5, "wherever they are");
}

#[tokio::test]
async fn a_limit_that_is_no_number_is_a_fault_and_not_no_limit() {
    let house = gate();
    house.set("RATE_GUEST_READ", "many");
    let world = Arc::new(house.world(Service::Gateway).unwrap());
    let request = http::Request::get("/health").body(Vec::new()).unwrap();
    let answer = native::answer(&house.app(Service::Gateway).unwrap(), world, request).await;
    assert_eq!(answer.status(), 500);
    assert!(house.take_log().concat().contains("RATE_GUEST_READ"), "the log names it");
}

async fn log_in_from(house: &House, address: &str, body: Value) -> Answer {
    send(house, "POST", "/api/v1/auth/login", &[("cf-connecting-ip", address)], &body.to_string()).await
}

#[tokio::test]
async fn wrong_passwords_from_anywhere_do_not_lock_the_owner_out() {
    let house = gate();
    let right = json!({ "email": "admin@demo.test", "password": PASSWORD });
    let wrong = json!({ "email": "admin@demo.test", "password": "wrong" });
    let own = log_in_from(&house, "198.51.100.1", right.clone()).await;
    for _ in 0..10 {
        assert_eq!(log_in_from(&house, "203.0.113.7", wrong.clone()).await.status, 401);
    }
    assert_eq!(log_in_from(&house, "203.0.113.7", right.clone()).await.status, 429, "there it is over");
    assert_eq!(log_in_from(&house, "198.51.100.1", right.clone()).await.status, 200, "elsewhere it is not");
    // Many addresses together slow down every new device, but not one that has signed in before.
    for network in 0..9 {
        for _ in 0..10 {
            let address = format!("2001:db8:0:{network}::1");
            assert_eq!(log_in_from(&house, &address, wrong.clone()).await.status, 401);
        }
    }
    assert_eq!(log_in_from(&house, "192.0.2.1", right.clone()).await.status, 429);
    let mut known = right.clone();
    known["deviceToken"] = own.json()["deviceToken"].clone();
    assert_eq!(log_in_from(&house, "192.0.2.1", known.clone()).await.status, 200);
    // The browser's cookie does the same.
    let cookie = own.header("set-cookie").unwrap().to_owned();
    for part in ["HttpOnly", "Secure", "SameSite=Strict", "Path=/api/v1/auth"] {
        assert!(cookie.contains(part), "{cookie}");
    }
    let cookie = cookie.split(';').next().unwrap();
    let headers = [("cf-connecting-ip", "192.0.2.1"), ("cookie", cookie)];
    let by_cookie = send(&house, "POST", "/api/v1/auth/login", &headers, &right.to_string()).await;
    assert_eq!(by_cookie.status, 200, "{}", by_cookie.text);
    // A device that is stolen guesses ten times, and another user's device is no device at all.
    let mut guess = known.clone();
    guess["password"] = json!("wrong");
    for _ in 0..10 {
        assert_eq!(log_in_from(&house, "192.0.2.9", guess.clone()).await.status, 401);
    }
    assert_eq!(log_in_from(&house, "192.0.2.9", known).await.status, 429);
}

/// A body that counts how much of it was read.
struct Endless {
    length: Option<usize>,
    read: Arc<AtomicUsize>,
}

impl futures_util::Stream for Endless {
    type Item = Result<Vec<u8>, BodyError>;

    fn poll_next(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.read.fetch_add(65_536, Ordering::Relaxed);
        assert!(self.read.load(Ordering::Relaxed) < 64 * 1024 * 1024, "it is read for ever");
        Poll::Ready(Some(Ok(vec![b' '; 65_536])))
    }
}

impl platform::Source for Endless {
    fn length(&self) -> Option<usize> {
        self.length
    }

    fn at_once(&self) -> bool {
        false
    }

    fn whole(self: Box<Self>) -> platform::Boxed<'static, Result<Vec<u8>, BodyError>> {
        panic!("nobody may read this at once")
    }

    fn stream(self: Box<Self>) -> platform::ByteStream {
        Box::pin(*self)
    }

    fn into_any(self: Box<Self>) -> Box<dyn std::any::Any> {
        self
    }
}

/// The status of a large body, and how much of it was read.
async fn upload(house: &House, path: &str, token: &str, length: Option<usize>) -> (u16, usize) {
    let read = Arc::new(AtomicUsize::new(0));
    let body = Body::Source(Box::new(Endless { length, read: read.clone() }));
    let mut request = http::Request::post(path).header("content-type", "application/json");
    if path.ends_with("import") {
        request = http::Request::post(path).header("content-type", "text/csv");
    }
    if !token.is_empty() {
        request = request.header("authorization", token);
    }
    let world = Arc::new(house.world(Service::Gateway).unwrap());
    let answer = house.app(Service::Gateway).unwrap().serve(world, request.body(body).unwrap()).await;
    (answer.status().as_u16(), read.load(Ordering::Relaxed))
}

#[tokio::test]
async fn a_body_is_refused_by_its_length_and_by_the_grant_before_it_is_read() {
    const MIB: usize = 1024 * 1024;
    let house = stocked().await;
    let (manager, cashier) = (bearer(&house, "manager").await, bearer(&house, "cashier").await);
    let import = "/api/v1/products/import";
    for (path, token, length, status, read_max) in [
        (import, "", Some(16 * MIB), 401, 0),
        (import, "", None, 401, 0),
        (import, "Bearer x", Some(16 * MIB), 401, 0),
        (import, cashier.as_str(), Some(16 * MIB), 403, 0),
        (import, manager.as_str(), Some(17 * MIB), 413, 0),
        (import, manager.as_str(), None, 413, 16 * MIB + 65_536),
        ("/api/v1/orders/pos", cashier.as_str(), Some(2 * MIB), 413, 0),
        ("/api/v1/orders/pos", cashier.as_str(), None, 413, MIB + 65_536),
        ("/api/v1/orders/retail", "", Some(MIB), 413, 0),
        ("/api/v1/orders/retail", "", None, 413, 2 * 65_536),
        ("/api/v1/auth/login", "", Some(2 * MIB), 413, 0),
        ("/api/v1/users", "", Some(16 * MIB), 401, 0),
        ("/api/v1/users", manager.as_str(), Some(16 * MIB), 403, 0),
    ] {
        let (answered, read) = upload(&house, path, token, length).await;
        assert_eq!(answered, status, "{path} {length:?}");
        assert!(read <= read_max, "{path} {length:?}: {read} bytes were read");
    }
}

#[tokio::test]
async fn a_guest_shows_that_they_are_a_person_where_the_shop_wants_it() {
    let house = stocked().await;
    house.settle().await;
    let order =
        json!({ "warehouseId": support::WAREHOUSE, "customer": { "email": "ada@example.org", "name": "Ada" },
        "items": [{ "sku": "MUG", "quantity": 1 }] })
        .to_string();
    let place =
        async |headers: &[(&str, &str)]| send(&house, "POST", "/api/v1/orders/retail", headers, &order).await;
    assert_eq!(place(&[]).await.status, 201, "off by default");
    house.set("BOT_CHECK_URL", "https://check.example/siteverify");
    house.set("BOT_CHECK_SECRET", "the-secret-of-the-shop");
    house.outside(Box::new(|request| {
        assert_eq!(request.uri(), "https://check.example/siteverify");
        let asked: Value = serde_json::from_slice(request.body()).unwrap();
        assert_eq!(asked["secret"], "the-secret-of-the-shop");
        let verdict = json!({ "success": asked["response"] == "a-person" });
        Ok(http::Response::new(verdict.to_string().into_bytes()))
    }));
    assert_eq!(place(&[]).await.problem(), (403, "FORBIDDEN", "Bot-Check"));
    assert_eq!(place(&[("bot-check", "a-robot")]).await.problem(), (403, "FORBIDDEN", "Bot-Check"));
    assert_eq!(place(&[("bot-check", "a-person")]).await.status, 201);
    let cashier = bearer(&house, "cashier").await;
    assert_eq!(place(&[("authorization", &cashier)]).await.status, 201, "staff are known");
    house.outside(Box::new(|_| Err(platform::FetchError("down".to_owned()))));
    assert_eq!(place(&[("bot-check", "a-person")]).await.status, 503);
}

/// The browser's cookie of an order does what the header does, for this order only.
#[tokio::test]
async fn a_guests_order_is_reached_by_its_cookie_or_its_header() {
    let house = stocked().await;
    let order =
        json!({ "warehouseId": support::WAREHOUSE, "customer": { "email": "ada@example.org", "name": "Ada" },
        "items": [{ "sku": "MUG", "quantity": 1 }] })
        .to_string();
    let placed = send(&house, "POST", "/api/v1/orders/retail", &[], &order).await;
    let body = placed.expect(201);
    let (id, token) = (body["id"].as_str().unwrap(), body["token"].as_str().unwrap());
    let cookie = placed.header("set-cookie").unwrap().split(';').next().unwrap().to_owned();
    house.forget_order_tokens();
    let path = format!("/api/v1/orders/retail/{id}");
    let other = format!("order-0193e9a0-0000-7000-8000-000000000001={token}");
    let with_others = format!("session=x; {cookie}");
    for (headers, status) in [
        (vec![], 404),
        (vec![("cookie", other.as_str())], 404),
        (vec![("cookie", with_others.as_str())], 200),
        (vec![("order-token", token)], 200),
        (vec![("order-token", "x"), ("cookie", cookie.as_str())], 404),
    ] {
        assert_eq!(send(&house, "GET", &path, &headers, "").await.status, status, "{headers:?}");
    }
}

#[tokio::test]
async fn the_public_hears_only_whether_the_house_is_well() {
    let house = stocked().await;
    let public = send(&house, "GET", "/health", &[], "").await;
    assert_eq!(public.expect(200), json!({ "service": "gateway", "status": "ok" }));
    let cashier = support::send_as(&house, "cashier", "GET", "/health", "").await;
    assert_eq!(cashier.json(), public.json());
    let manager = support::send_as(&house, "manager", "GET", "/health", "").await;
    assert!(manager.json()["services"]["order"]["outbox"].is_object(), "{}", manager.text);
    send(&house, "GET", "/metrics", &[], "").await.refused(401, "UNAUTHENTICATED");
    support::send_as(&house, "cashier", "GET", "/metrics", "").await.refused(403, "FORBIDDEN");
    assert_eq!(support::send_as(&house, "manager", "GET", "/metrics", "").await.status, 200);
    house.set("SERVER_TIMING", "");
    for (role, shown) in [("cashier", false), ("manager", true)] {
        let answer = support::send_as(&house, role, "GET", "/api/v1/auth/me", "").await;
        assert_eq!(answer.header("server-timing").is_some(), shown, "{role}");
    }
    assert_eq!(send(&house, "GET", "/api/v1/products", &[], "").await.header("server-timing"), None);
}
