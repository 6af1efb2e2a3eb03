//! A house with the gateway, its demo users, and inventory behind it; and a client of its front door.

#![allow(dead_code, reason = "each test file uses a part")]
#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, reason = "helpers of tests")]

use std::path::Path;
use std::sync::LazyLock;

use contracts::Service;
use gateway::Gateway;
use inventory::Inventory;
use native::House;
use serde_json::Value;
use store::Sqlite;
pub(crate) use xtask::seed::PASSWORD;
use xtask::seed::{user_sql, users};

/// The statements that add the demo users, made once: hashing takes a while, on purpose.
static DEMO_USERS: LazyLock<String> =
    LazyLock::new(|| users().iter().map(|user| user_sql(user, PASSWORD).unwrap()).collect());

pub(crate) fn database(service: &str, more: Option<String>) -> Sqlite {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../migrations").join(service);
    let mut scripts = native::migrations(&folder).unwrap();
    scripts.extend(more);
    Sqlite::in_memory(&scripts).unwrap()
}

/// The gateway alone, with the demo users.
pub(crate) fn gate() -> House {
    // Twice: who is there already stays.
    House::new().with::<Gateway>(database("gateway", Some(DEMO_USERS.repeat(2))))
}

/// The gateway and inventory.
pub(crate) fn house() -> House {
    gate().with::<Inventory>(database("inventory", None))
}

/// An answer, read.
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: http::HeaderMap,
    pub(crate) text: String,
    pub(crate) body: Value,
}

impl Answer {
    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }

    /// Status and code of a problem.
    pub(crate) fn problem(&self) -> (u16, &str) {
        assert_eq!(self.header("content-type"), "application/problem+json", "{}", self.text);
        assert_eq!(self.body["requestId"], self.header("x-request-id"), "{}", self.text);
        (self.status, self.body["code"].as_str().unwrap())
    }

    pub(crate) fn str(&self, field: &str) -> &str {
        self.body[field].as_str().unwrap_or_else(|| panic!("no {field} in {}", self.text))
    }
}

/// Sends a request to the front door.
pub(crate) async fn send(
    house: &House,
    method: &str,
    path: &str,
    headers: &[(&str, &str)],
    body: &str,
) -> Answer {
    let mut builder = http::Request::builder().method(method).uri(path);
    for (name, value) in headers {
        builder = builder.header(*name, *value);
    }
    if !body.is_empty() {
        builder = builder.header("content-type", "application/json");
    }
    let request = builder.body(body.as_bytes().to_vec()).unwrap();
    let answer = house.request(Service::Gateway, request).await.unwrap();
    let (parts, body) = answer.into_parts();
    let text = String::from_utf8(body).unwrap();
    let body = serde_json::from_str(&text).unwrap_or_default();
    Answer { status: parts.status.as_u16(), headers: parts.headers, text, body }
}

/// Logs in; the whole answer.
pub(crate) async fn log_in(house: &House, email: &str, password: &str) -> Answer {
    let body = serde_json::json!({ "email": email, "password": password }).to_string();
    send(house, "POST", "/api/v1/auth/login", &[], &body).await
}

/// The `Authorization` header of a demo user.
pub(crate) async fn bearer(house: &House, role: &str) -> String {
    let answer = log_in(house, &format!("{role}@demo.test"), PASSWORD).await;
    assert_eq!(answer.status, 200, "{}", answer.text);
    format!("Bearer {}", answer.str("accessToken"))
}

/// A request of a demo user who has just logged in.
pub(crate) async fn send_as(house: &House, role: &str, method: &str, path: &str, body: &str) -> Answer {
    let token = bearer(house, role).await;
    send(house, method, path, &[("authorization", &token)], body).await
}
