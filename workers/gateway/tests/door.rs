//! What passes the door and what does not: paths, headers, browsers of other origins.

#![allow(clippy::unwrap_used, reason = "helpers of tests")]

mod support;

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use contracts::{Envelope, Service};
use http::HeaderValue;
use platform::{Body, BodyError, Boxed, Request, Response, World};
use product::Product;
use support::{Down, bearer, database, gate, house, replace, send};
use web::messages::TakeError;
use web::{Bounded, Context, Problem, Route};

#[tokio::test]
async fn unknown_and_internal_paths_are_nothing() {
    let house = house();
    let admin = bearer(&house, "admin").await;
    for (method, path) in [
        ("GET", "/api/v1/nothing"),
        ("GET", "/api/v1"),
        ("POST", "/internal/events"),
        ("POST", "/internal/events/settled"),
        ("POST", "/internal/outbox/dead-letters"),
        ("GET", "/api/internal/summary"),
        ("GET", "/api/v1/inventory/../internal/summary"),
        ("GET", "/api/v1/inventory/%2e%2e/internal/summary"),
    ] {
        let answer = send(&house, method, path, &[("authorization", &admin)], "").await;
        assert_eq!(answer.problem(), (404, "NOT_FOUND", ""), "{method} {path}");
    }
    let wrong_method = send(&house, "DELETE", "/api/v1/auth/login", &[], "").await;
    wrong_method.refused(405, "METHOD_NOT_ALLOWED");
}

#[tokio::test]
async fn a_request_is_passed_on_with_its_headers_and_its_caller() {
    let house = house();
    let manager = bearer(&house, "manager").await;
    let body = r#"{"code":"MAIN","name":"Main","region":"US-CA"}"#;
    let headers = [
        ("authorization", manager.as_str()),
        ("idempotency-key", "w-1"),
        ("x-request-id", "from-the-client"),
        ("x-forwarded-user", "somebody-else"),
    ];
    let made = send(&house, "POST", "/api/v1/inventory/warehouses", &headers, body).await;
    assert_eq!(made.status, 201, "{}", made.text);
    assert_eq!(made.header("x-request-id"), Some("from-the-client"));
    assert!(made.header("server-timing").unwrap().contains("inventory;dur="), "{:?}", made.headers);
    assert!(made.header("server-timing").unwrap().starts_with("gateway;dur="));
    let again = send(&house, "POST", "/api/inventory/warehouses", &headers, body).await;
    assert_eq!((again.status, again.text.as_str()), (201, made.text.as_str()));
    assert!(again.replayed());

    let listed = send(&house, "GET", "/api/v1/inventory/warehouses?limit=1", &headers[..1], "").await;
    assert_eq!(listed.json()["data"][0]["code"], "MAIN", "the query is passed on: {}", listed.text);
    let too_many = send(&house, "GET", "/api/v1/inventory/warehouses?limit=1000", &headers[..1], "").await;
    too_many.refused(422, "VALIDATION_FAILED");

    let guest = send(&house, "POST", "/api/v1/inventory/warehouses", &[], body).await;
    guest.refused(401, "UNAUTHENTICATED");
    let cashier = bearer(&house, "cashier").await;
    let refused =
        send(&house, "POST", "/api/v1/inventory/warehouses", &[("authorization", &cashier)], body).await;
    refused.refused(403, "FORBIDDEN");
    let internal = send(&house, "POST", "/api/v1/inventory/deduct", &headers[..1], "{}").await;
    assert_eq!(internal.problem(), (403, "FORBIDDEN", ""), "for services only");
}

#[tokio::test]
async fn a_service_that_does_not_answer_is_a_503_that_may_be_repeated() {
    let house = gate();
    let answer = send(&house, "GET", "/api/v1/products", &[], "").await;
    answer.refused(503, "TEMPORARILY_UNAVAILABLE");
    assert_eq!(answer.header("retry-after"), Some("1"));
}

/// Found with one service alone under `wrangler dev`: the runtime's own text went to the client.
#[tokio::test]
async fn a_service_whose_worker_does_not_run_is_the_same_503() {
    let house = house();
    replace(&house, Down);
    let token = bearer(&house, "manager").await;
    let answer = send(&house, "GET", "/api/v1/inventory/warehouses", &[("authorization", &token)], "").await;
    answer.refused(503, "TEMPORARILY_UNAVAILABLE");
}

#[tokio::test]
async fn every_answer_has_a_request_id_and_security_headers() {
    let house = gate();
    for (path, id) in [("/health", ""), ("/api/v1/nothing", "mine-1"), ("/api/auth/me", "bad id\u{e9}")] {
        let headers = if id.is_empty() { vec![] } else { vec![("x-request-id", id)] };
        let answer = send(&house, "GET", path, &headers, "").await;
        assert_eq!(answer.header("x-request-id") == Some(id), id == "mine-1", "{path}");
        assert!(!answer.header("x-request-id").unwrap().is_empty());
        assert_eq!(answer.header("x-content-type-options"), Some("nosniff"));
        assert_eq!(answer.header("cache-control"), Some("private, no-store"));
        assert_eq!(answer.header("vary"), Some("Origin"));
        assert!(answer.header("content-security-policy").unwrap().contains("default-src 'none'"));
    }
}

/// The page of the house's state is a file: the platform adds its headers, by the rules of one file.
#[test]
fn the_status_page_has_security_headers() {
    let rules = include_str!("../../../frontend/public/_headers");
    let mut found = Vec::new();
    let mut applies = false;
    for line in rules.lines() {
        if line.starts_with('/') {
            applies = line == "/status/*" || line == "/*";
        } else if applies {
            found.push(line.trim());
        }
    }
    for header in [
        "X-Content-Type-Options: nosniff",
        "X-Frame-Options: DENY",
        "Referrer-Policy: no-referrer",
        "Strict-Transport-Security: max-age=31536000",
        "Cross-Origin-Opener-Policy: same-origin",
    ] {
        assert!(found.contains(&header), "{header}");
    }
    let policies: Vec<_> = found.iter().filter(|line| line.starts_with("Content-Security-Policy")).collect();
    assert_eq!(policies.len(), 1, "two policies would both apply");
    assert!(policies[0].contains("default-src 'none'") && policies[0].contains("frame-ancestors 'none'"));
}

#[tokio::test]
async fn a_body_on_get_changes_nothing() {
    let house = house();
    let token = bearer(&house, "manager").await;
    for method in ["GET", "HEAD"] {
        for path in ["/api/v1/inventory/warehouses", "/api/v1/auth/me"] {
            let headers = [("authorization", token.as_str())];
            let answer = send(&house, method, path, &headers, r#"{"surprise":true}"#).await;
            assert_eq!(answer.status, 200, "{method} {path}: {}", answer.text);
        }
    }
}

#[tokio::test]
async fn a_body_of_another_kind_is_refused_by_its_type() {
    let house = house();
    let token = bearer(&house, "manager").await;
    let client = house.client(Service::Gateway);
    let warehouse = r#"{"code":"A","name":"A","region":"ZZ"}"#;
    for (kind, status) in [
        (None, 415),
        (Some("text/plain"), 415),
        (Some("application/x-www-form-urlencoded"), 415),
        (Some("application/json; charset=utf-16"), 415),
        (Some("\u{e9}"), 415),
        (Some(""), 415),
        (Some("application/json; charset=utf-8"), 201),
    ] {
        let mut headers = vec![("authorization", token.as_str())];
        headers.extend(kind.map(|kind| ("content-type", kind)));
        let answer = client.with(&headers).send("POST", "/api/v1/inventory/warehouses", warehouse).await;
        assert_eq!(answer.status, status, "{kind:?}: {}", answer.text);
        if status == 415 {
            assert_eq!(answer.problem(), (415, "UNSUPPORTED_MEDIA_TYPE", "Content-Type"));
        }
    }
}

#[tokio::test]
async fn whom_to_tell_about_a_weakness_is_a_setting() {
    let house = gate();
    let path = "/.well-known/security.txt";
    send(&house, "GET", path, &[], "").await.refused(404, "NOT_FOUND");
    house.set("SECURITY_CONTACT", "mailto:security@example.org");
    let answer = send(&house, "GET", path, &[], "").await;
    let text =
        "Contact: mailto:security@example.org\nExpires: 2027-02-18T09:00:00.000Z\nPreferred-Languages: en\n";
    assert_eq!((answer.status, answer.text.as_str()), (200, text));
    assert_eq!(answer.header("content-type"), Some("text/plain; charset=utf-8"));
}

#[tokio::test]
async fn browsers_of_configured_origins_may_ask_and_others_may_not() {
    let house = gate();
    house.set("CORS_ORIGINS", "https://shop.example, http://localhost:5173");
    let preflight = async |origin: &str| {
        let headers = [("origin", origin), ("access-control-request-method", "POST")];
        send(&house, "OPTIONS", "/api/v1/orders/retail", &headers, "").await
    };
    let allowed = preflight("http://localhost:5173").await;
    assert_eq!((allowed.status, allowed.text.as_str()), (204, ""));
    assert_eq!(allowed.header("access-control-allow-origin"), Some("http://localhost:5173"));
    assert!(allowed.header("access-control-allow-methods").unwrap().contains("PUT"));
    assert!(allowed.header("access-control-allow-headers").unwrap().contains("idempotency-key"));
    assert_eq!(allowed.header("access-control-max-age"), Some("7200"));
    assert_eq!(allowed.header("vary"), Some("Origin"));
    let refused = preflight("https://evil.example").await;
    assert_eq!(refused.status, 204);
    for header in ["access-control-allow-origin", "access-control-allow-methods", "access-control-max-age"] {
        assert_eq!(refused.header(header), None, "{header}");
    }
    // A refusal can be read too, so that a page knows that it must log in again.
    let headers = [("origin", "https://shop.example"), ("authorization", "Bearer x")];
    let answer = send(&house, "GET", "/api/v1/auth/me", &headers, "").await;
    answer.refused(401, "UNAUTHENTICATED");
    assert_eq!(answer.header("access-control-allow-origin"), Some("https://shop.example"));
    assert!(answer.header("access-control-expose-headers").unwrap().contains("idempotent-replayed"));
    let evil = send(&house, "GET", "/health", &[("origin", "https://evil.example")], "").await;
    assert_eq!(evil.header("access-control-allow-origin"), None);
}

/// 1,300 products with descriptions of 10,000 characters.
const LARGE_CATALOGUE: &str = "
    with recursive numbers (n) as (select 1 union all select n + 1 from numbers where n < 1300)
    insert into products (id, handle, name, description, status, created_at, updated_at)
    select printf('0193e9a0-0000-7000-8000-%012d', n), 'product-' || n, 'Product ' || n,
      replace(printf('%010000d', 0), '0', 'x'), 'Active', '2026-11-20T08:00:00.000Z', '2026-11-20T08:00:00.000Z'
    from numbers;
    with recursive numbers (n) as (select 1 union all select n + 1 from numbers where n < 1300)
    insert into variants (sku, product_id, position, name, kind, price_minor, updated_at)
    select 'SKU-' || n, printf('0193e9a0-0000-7000-8000-%012d', n), 0, 'Default', 'Goods', 100, '2026-11-20T08:00:00.000Z'
    from numbers;";

/// The cursor was lost at the door: a catalogue that is larger than one document could not be exported.
#[tokio::test]
async fn the_export_of_a_large_catalogue_goes_on_through_the_door() {
    let house = gate().with(Product, database(Service::Product, LARGE_CATALOGUE));
    let manager = bearer(&house, "manager").await;
    let auth = [("authorization", manager.as_str()), ("origin", "https://shop.example")];
    house.set("CORS_ORIGINS", "https://shop.example");
    let first = send(&house, "GET", "/api/v1/products/export", &auth, "").await;
    assert_eq!(first.status, 200, "{}", first.text);
    assert!(first.header("content-disposition").unwrap().contains("products.csv"));
    assert!(first.header("access-control-expose-headers").unwrap().contains("x-next-cursor"));
    let cursor = first.header("x-next-cursor").unwrap();
    assert!(!cursor.is_empty(), "one document has at most about 12 MiB");
    let path = format!("/api/v1/products/export?cursor={cursor}");
    let last = send(&house, "GET", &path, &auth[..1], "").await;
    assert_eq!((last.status, last.header("x-next-cursor")), (200, None));
    let products = |answer: &native::client::Answer| answer.text.matches("xxxxx,").count();
    assert_eq!(products(&first) + products(&last), 1_300);
}

/// The catalogue, which looks at how a body arrives, and answers piece by piece.
#[derive(Default)]
struct Streaming {
    arrived_unread: Arc<AtomicBool>,
}

impl Bounded for Streaming {
    fn service(&self) -> Service {
        Product.service()
    }

    fn routes(&self) -> Vec<Route> {
        Product.routes()
    }

    fn consume<'a>(&'a self, context: &'a Context, event: &'a Envelope) -> Boxed<'a, Result<(), TakeError>> {
        Product.consume(context, event)
    }

    fn sweep<'a>(&'a self, context: &'a Context) -> Boxed<'a, Result<u32, Problem>> {
        Product.sweep(context)
    }

    fn open(&self, _: &dyn World, request: &mut Request) -> Option<Response> {
        self.arrived_unread.store(matches!(request.body(), Body::Source(_)), Ordering::Relaxed);
        None
    }

    fn close(&self, _: &dyn World, _: Option<&HeaderValue>, answer: &mut Response) {
        let body = std::mem::take(answer.body_mut());
        *answer.body_mut() = Body::stream(body.into_stream());
    }
}

fn in_pieces(text: &str) -> Body {
    let pieces: Vec<Result<Vec<u8>, BodyError>> =
        text.as_bytes().chunks(7).map(|piece| Ok(piece.to_vec())).collect();
    Body::stream(Box::pin(futures_util::stream::iter(pieces)))
}

#[tokio::test]
async fn an_answer_is_not_read_on_the_way_and_a_request_only_as_far_as_it_may_go() {
    let catalogue = Streaming::default();
    let arrived_unread = catalogue.arrived_unread.clone();
    let house = gate().with(catalogue, database(Service::Product, ""));
    let manager = bearer(&house, "manager").await;
    let mug = r#"{"name":"Mug","status":"Active","variants":[{"sku":"MUG","price":{"amount":"8.00","currency":"USD"}}]}"#;
    let request = http::Request::post("/api/v1/products")
        .header("authorization", manager)
        .header("content-type", "application/json")
        .body(in_pieces(mug))
        .unwrap();
    let world = Arc::new(house.world(Service::Gateway).unwrap());
    let answer = house.app(Service::Gateway).unwrap().serve(world, request).await;
    assert_eq!(answer.status(), 201);
    assert!(!arrived_unread.load(Ordering::Relaxed), "the request was not measured at the door");
    assert!(matches!(answer.body(), Body::Source(_)), "the answer was read at the door");
    let body = answer.into_body().read(100_000).await.unwrap();
    assert!(String::from_utf8(body).unwrap().contains("\"MUG\""));
}
