//! What passes the door and what does not: paths, headers, browsers of other origins.

mod support;

use support::{bearer, gate, house, send};

#[tokio::test]
async fn unknown_and_internal_paths_are_nothing() {
    let house = house();
    let admin = bearer(&house, "admin").await;
    for (method, path) in [
        ("GET", "/api/v1/nothing"),
        ("GET", "/api/v1"),
        ("GET", "/"),
        ("GET", "/products"),
        ("POST", "/internal/sweep"),
        ("POST", "/internal/events"),
        ("POST", "/internal/outbox/delivered"),
        ("GET", "/api/internal/summary"),
        ("GET", "/api/v1/inventory/../internal/summary"),
        ("GET", "/api/v1/inventory/%2e%2e/internal/summary"),
    ] {
        let answer = send(&house, method, path, &[("authorization", &admin)], "").await;
        assert_eq!(answer.problem(), (404, "NOT_FOUND"), "{method} {path}");
    }
    let wrong_method = send(&house, "DELETE", "/api/v1/auth/login", &[], "").await;
    assert_eq!(wrong_method.problem(), (405, "METHOD_NOT_ALLOWED"));
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
    assert_eq!(made.header("x-request-id"), "from-the-client");
    assert!(made.header("server-timing").contains("inventory;dur="), "{}", made.header("server-timing"));
    assert!(made.header("server-timing").starts_with("gateway;dur="));
    let again = send(&house, "POST", "/api/inventory/warehouses", &headers, body).await;
    assert_eq!((again.status, again.text.as_str()), (201, made.text.as_str()));
    assert_eq!(again.header("idempotent-replayed"), "true");

    let listed = send(&house, "GET", "/api/v1/inventory/warehouses?limit=1", &headers[..1], "").await;
    assert_eq!(listed.body["data"][0]["code"], "MAIN", "the query is passed on: {}", listed.text);
    let too_many = send(&house, "GET", "/api/v1/inventory/warehouses?limit=1000", &headers[..1], "").await;
    assert_eq!(too_many.problem(), (422, "VALIDATION_FAILED"));

    let guest = send(&house, "POST", "/api/v1/inventory/warehouses", &[], body).await;
    assert_eq!(guest.problem(), (401, "UNAUTHENTICATED"));
    let cashier = bearer(&house, "cashier").await;
    let refused =
        send(&house, "POST", "/api/v1/inventory/warehouses", &[("authorization", &cashier)], body).await;
    assert_eq!(refused.problem(), (403, "FORBIDDEN"));
    let internal = send(&house, "POST", "/api/v1/inventory/deduct", &headers[..1], "{}").await;
    assert_eq!(internal.problem(), (403, "FORBIDDEN"), "for services only");
}

#[tokio::test]
async fn a_service_that_does_not_answer_is_a_503_that_may_be_repeated() {
    let house = gate();
    let answer = send(&house, "GET", "/api/v1/products", &[], "").await;
    assert_eq!(answer.problem(), (503, "TEMPORARILY_UNAVAILABLE"));
    assert_eq!(answer.header("retry-after"), "1");
}

#[tokio::test]
async fn every_answer_has_a_request_id_and_security_headers() {
    let house = gate();
    for (path, id) in [("/health", ""), ("/api/v1/nothing", "mine-1"), ("/api/auth/me", "bad id\u{e9}")] {
        let headers = if id.is_empty() { vec![] } else { vec![("x-request-id", id)] };
        let answer = send(&house, "GET", path, &headers, "").await;
        assert_eq!(answer.header("x-request-id") == id, id == "mine-1", "{path}");
        assert!(!answer.header("x-request-id").is_empty());
        assert_eq!(answer.header("x-content-type-options"), "nosniff");
        assert_eq!(answer.header("cache-control"), "no-store");
        assert_eq!(answer.header("vary"), "Origin");
        assert!(answer.header("content-security-policy").contains("default-src 'none'"));
    }
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
    assert_eq!(allowed.header("access-control-allow-origin"), "http://localhost:5173");
    assert!(allowed.header("access-control-allow-methods").contains("PUT"));
    assert!(allowed.header("access-control-allow-headers").contains("idempotency-key"));
    assert_eq!(allowed.header("access-control-max-age"), "7200");
    assert_eq!(allowed.header("vary"), "Origin");
    let refused = preflight("https://evil.example").await;
    assert_eq!(refused.status, 204);
    for header in ["access-control-allow-origin", "access-control-allow-methods", "access-control-max-age"] {
        assert_eq!(refused.header(header), "", "{header}");
    }
    // A refusal can be read too, so that a page knows that it must log in again.
    let headers = [("origin", "https://shop.example"), ("authorization", "Bearer x")];
    let answer = send(&house, "GET", "/api/v1/auth/me", &headers, "").await;
    assert_eq!(answer.problem(), (401, "UNAUTHENTICATED"));
    assert_eq!(answer.header("access-control-allow-origin"), "https://shop.example");
    assert!(answer.header("access-control-expose-headers").contains("idempotent-replayed"));
    let evil = send(&house, "GET", "/health", &[("origin", "https://evil.example")], "").await;
    assert_eq!(evil.header("access-control-allow-origin"), "");
}
