//! What guests read in the catalogue comes from memory, is never more than a second old, and is nobody's but theirs.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "test code: a failure here is a failed test"
)]

mod support;

use native::client::{Answer, usd};
use serde_json::json;
use support::catalogue::{SECOND_MS, is_from_memory, price, read, set_price, shop, truth};
use support::{bearer, send};

#[tokio::test]
async fn one_asks_for_the_version_in_a_second_and_a_hit_asks_nobody() {
    let (house, _) = shop().await;
    let calls = |answer: &Answer| answer.header("server-timing").unwrap().matches("product;dur=").count();
    let _ = house.take_log();
    // The version and the answer; then another answer under the same version; then neither.
    assert_eq!(calls(&read(&house, "/products").await), 2);
    assert_eq!(calls(&read(&house, "/categories").await), 1);
    for _ in 0..50 {
        assert_eq!(calls(&read(&house, "/products").await), 0);
    }
    house.advance_ms(SECOND_MS + 1);
    assert_eq!(calls(&read(&house, "/products").await), 1, "the version only: it is the same");
    assert_eq!(calls(&read(&house, "/categories").await), 0);
    let log = house.take_log();
    let hits = log.iter().filter(|line| line.contains("\"GET /api/{path} from memory\"")).count();
    assert_eq!(hits, 51, "{log:#?}");
}

#[tokio::test]
async fn a_hit_has_what_every_answer_has() {
    let (house, _) = shop().await;
    house.set("CORS_ORIGINS", "https://shop.example");
    let ask = async |method: &str, headers: &[(&str, &str)]| {
        send(&house, method, "/api/v1/products?limit=2", headers, "").await
    };
    let headers = [("x-request-id", "mine-1"), ("origin", "https://shop.example")];
    let (first, second) = (ask("GET", &headers).await, ask("GET", &headers).await);
    assert!(!is_from_memory(&first) && is_from_memory(&second));
    for name in [
        "content-type",
        "etag",
        "cache-control",
        "vary",
        "x-request-id",
        "x-content-type-options",
        "content-security-policy",
        "access-control-allow-origin",
        "access-control-expose-headers",
    ] {
        assert!(second.header(name).is_some(), "{name}");
        assert_eq!(first.header(name), second.header(name), "{name}");
    }
    assert_eq!(second.header("cache-control"), Some("public, no-cache"));
    assert_eq!(second.header("vary"), Some("Origin, Authorization, X-API-Key, Cookie"));
    assert_eq!(second.header("x-request-id"), Some("mine-1"));
    // The origin is each request's own.
    let other = ask("GET", &[("origin", "https://evil.example")]).await;
    assert!(is_from_memory(&other) && other.header("access-control-allow-origin").is_none());
    assert!(other.header("x-request-id").is_some_and(|id| id.len() == 36));

    let head = ask("HEAD", &[]).await;
    assert!(is_from_memory(&head));
    assert_eq!((head.status, head.text.as_str(), head.etag()), (200, "", second.etag()));
    let metrics = support::send_as(&house, "manager", "GET", "/metrics", "").await.text;
    assert!(metrics.contains("route=\"GET /api/{path} from memory\",status=\"200\"} 3"), "{metrics}");
}

#[tokio::test]
async fn a_client_that_has_the_answer_hears_only_that() {
    let (house, _) = shop().await;
    let ask = async |path: &str, tag: &str| {
        send(&house, "GET", &format!("/api/v1{path}"), &[("if-none-match", tag)], "").await
    };
    for path in ["/products", "/products/sku/MUG", "/categories"] {
        // Before it is kept, and from memory.
        let tag = read(&house, path).await.etag().unwrap().to_owned();
        for age_ms in [0, SECOND_MS + 1] {
            house.advance_ms(age_ms);
            for wanted in [tag.clone(), format!("\"x\", W/{tag}")] {
                let answer = ask(path, &wanted).await;
                assert_eq!((answer.status, answer.text.as_str()), (304, ""), "{path}");
                assert_eq!(answer.etag(), Some(tag.as_str()));
                assert_eq!(answer.header("content-type"), None);
                assert_eq!(answer.header("cache-control"), Some("public, no-cache"));
            }
        }
        assert_eq!(ask(path, "\"other\"").await.status, 200);
    }
    let old = read(&house, "/products/sku/MUG").await.etag().unwrap().to_owned();
    assert!(old.starts_with("\"1-"), "the product's version comes first: {old}");
    set_price(&house, "9.99").await;
    house.advance_ms(SECOND_MS + 1);
    let answer = ask("/products/sku/MUG", &old).await;
    assert_eq!(price(&answer), "9.99");
    assert!(answer.etag().unwrap().starts_with("\"2-"));

    // Who reads as a guest and then signs in may use the tag: it names the version.
    let manager = bearer(&house, "manager").await;
    let prices = json!({ "price": usd("7.00") }).to_string();
    for (tag, status) in [(old.as_str(), 412), (answer.etag().unwrap(), 200)] {
        let headers = [("authorization", manager.as_str()), ("if-match", tag)];
        let done = send(&house, "PUT", "/api/v1/products/sku/MUG/prices", &headers, &prices).await;
        assert_eq!(done.status, status, "{}", done.text);
    }
}

#[tokio::test]
async fn the_first_answer_to_a_head_is_kept_whole() {
    let (house, _) = shop().await;
    let head = send(&house, "HEAD", "/api/v1/products", &[], "").await;
    assert_eq!((head.status, head.text.as_str()), (200, ""));
    let get = read(&house, "/products").await;
    assert!(is_from_memory(&get) && get.etag() == head.etag());
    assert_eq!(get.text, truth(&house, "/products").await.text);
}

#[tokio::test]
async fn what_is_somebodys_own_is_neither_kept_nor_answered_from_memory() {
    let (house, _) = shop().await;
    let manager = bearer(&house, "manager").await;
    let admin = bearer(&house, "admin").await;
    let me = send(&house, "GET", "/api/v1/auth/me", &[("authorization", &admin)], "").await;
    let keys = format!("/api/v1/users/{}/api-keys", me.str("id"));
    let made = send(&house, "POST", &keys, &[("authorization", &admin)], r#"{"name":"Till"}"#).await;
    let key = made.expect(201)["key"].as_str().unwrap().to_owned();
    let path = "/api/v1/products/sku/MUG";
    for (name, value, cost) in [
        ("authorization", manager.as_str(), true),
        ("x-api-key", key.as_str(), true),
        ("cookie", "session=x", false),
    ] {
        for _ in 0..2 {
            let own = send(&house, "GET", path, &[(name, value)], "").await;
            assert_eq!((own.status, own.text.contains("\"cost\"")), (200, cost), "{name}");
            assert!(!is_from_memory(&own), "{name}");
            assert_eq!(own.header("cache-control"), Some("private, no-store"), "{name}");
            assert_eq!(own.header("vary"), Some("Origin"), "{name}");
            // What the guest gets is never that, nor the other way round.
            let guest = send(&house, "GET", path, &[], "").await;
            assert!(guest.status == 200 && !guest.text.contains("\"cost\""), "{}", guest.text);
            assert_eq!(guest.header("cache-control"), Some("public, no-cache"));
        }
    }
    // Credentials that are not valid are refused, although the answer is kept.
    for (name, value) in [("authorization", "Bearer x"), ("authorization", ""), ("x-api-key", "")] {
        assert_eq!(send(&house, "GET", path, &[(name, value)], "").await.status, 401, "{name}: {value}");
    }
    assert_eq!(send(&house, "GET", path, &[("if-match", "yesterday")], "").await.status, 422);
}

#[tokio::test]
async fn a_refusal_is_not_kept() {
    let (house, _) = shop().await;
    for (path, status) in [
        ("/products/sku/NOTHING", 404),
        ("/products/sku/JUG", 404),
        ("/products?limit=0", 422),
        ("/products?limit=1&limit=2", 422),
        ("/products/export", 401),
        ("/products/sku/MUG/prices", 401),
    ] {
        for _ in 0..2 {
            let answer = read(&house, path).await;
            assert_eq!((answer.status, is_from_memory(&answer)), (status, false), "{path}");
            assert_eq!(answer.header("cache-control"), Some("private, no-store"), "{path}");
        }
    }
}
