//! `Idempotency-Key`: 1 to 200 printable ASCII characters without spaces, or refused by name.

use contracts::Service;
use http::HeaderValue;
use native::Request;
use web::Role;

use crate::house;

/// The header's value.
pub fn check(data: &[u8]) {
    // What is no value of a header never gets here.
    let Ok(key) = HeaderValue::from_bytes(data) else { return };
    let good = (1..=200).contains(&data.len()) && data.iter().all(u8::is_ascii_graphic);
    house::with(|rooms| {
        let (mut parts, body) = Request::new(b"{}".to_vec()).into_parts();
        parts.method = http::Method::POST;
        parts.uri = http::Uri::from_static("/categories");
        let token = format!("Bearer {}", rooms.service_token(Service::Product, Role::Admin));
        parts.headers.insert("authorization", token.parse().unwrap());
        parts.headers.insert("content-type", "application/json".parse().unwrap());
        parts.headers.insert("idempotency-key", key);
        let response = rooms.send(Service::Product, Request::from_parts(parts, body));
        house::check_answer(&response);
        let problem: serde_json::Value = serde_json::from_slice(response.body()).unwrap();
        // The body lacks its name: that is what is wrong once the key is right.
        let wrong = if good { "/name" } else { "Idempotency-Key" };
        assert_eq!((response.status().as_u16(), &problem["errors"][0]["pointer"]), (422, &wrong.into()));
    });
}
