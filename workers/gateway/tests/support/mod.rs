//! Houses with the gateway and its demo users: alone, with inventory behind it, with all services; and a
//! client of the front door.

#![allow(dead_code, reason = "each test file uses a part")]
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::arithmetic_side_effects,
    reason = "helpers of tests"
)]

pub(crate) mod catalogue;

use std::sync::{Arc, LazyLock};

use contracts::{Envelope, Service};
use gateway::Gateway;
use inventory::Inventory;
use native::House;
use native::client::{Answer, usd};
use platform::{Boxed, Request, Response, World};
use serde_json::Value;
use store::Sqlite;
use web::messages::TakeError;
use web::{Bounded, Context, Route};
pub(crate) use xtask::seed::PASSWORD;
use xtask::seed::{user_sql, users as demo_users};

/// The statements that add the demo users, made once: hashing takes a while, on purpose.
static DEMO_USERS: LazyLock<String> =
    LazyLock::new(|| demo_users().iter().map(|user| user_sql(user, PASSWORD).unwrap()).collect());

/// A new database in which a script has run.
pub(crate) fn database(service: Service, script: &str) -> Sqlite {
    let database = native::database(service).unwrap();
    database.script(script).unwrap();
    database
}

/// The script that adds the demo users, as if events had told of them.
pub(crate) fn users() -> String {
    // Twice: who is there already stays.
    format!("{}delete from users_to_announce;", DEMO_USERS.repeat(2))
}

/// The gateway alone, with the demo users.
pub(crate) fn gate() -> House {
    House::new().with(Gateway::default(), database(Service::Gateway, &users()))
}

/// The gateway and inventory.
pub(crate) fn house() -> House {
    gate().with(Inventory, native::database(Service::Inventory).unwrap())
}

pub(crate) const LETTER_ID: &str = "0193e9a0-0000-7000-8000-000000000001";

/// An event that inventory can read.
pub(crate) fn envelope() -> String {
    serde_json::json!({
        "id": LETTER_ID, "type": "ProductCreated", "version": 1, "serviceSource": "product",
        "entityType": "product", "entityId": "0193e9a0-0000-7000-8000-000000000002",
        "timestamp": "2026-11-20T10:35:00Z", "correlationId": "r1",
        "data": { "productId": "0193e9a0-0000-7000-8000-000000000002", "name": "Mug",
            "variants": [{ "sku": "MUG", "kind": "Goods" }] },
    })
    .to_string()
}

/// Hands bodies to a service as its queue does; whether each is settled.
pub(crate) async fn deliver(house: &House, service: Service, bodies: &[String]) -> Vec<bool> {
    let world = Arc::new(house.world(service).unwrap());
    house.app(service).unwrap().take(world, bodies).await
}

/// Sends a request to the front door.
pub(crate) async fn send(
    house: &House,
    method: &str,
    path: &str,
    headers: &[(&str, &str)],
    body: &str,
) -> Answer {
    let kind: &[_] = if body.is_empty() { &[] } else { &[("content-type", "application/json")] };
    house.client(Service::Gateway).with(kind).with(headers).send(method, path, body).await
}

/// Logs in; the whole answer.
pub(crate) async fn log_in(house: &House, email: &str, password: &str) -> Answer {
    let body = serde_json::json!({ "email": email, "password": password }).to_string();
    send(house, "POST", "/api/v1/auth/login", &[], &body).await
}

/// The `Authorization` header of a demo user.
pub(crate) async fn bearer(house: &House, role: &str) -> String {
    let answer = log_in(house, &format!("{role}@demo.test"), PASSWORD).await;
    answer.expect(200);
    format!("Bearer {}", answer.str("accessToken"))
}

/// A request of a demo user who has just logged in.
pub(crate) async fn send_as(house: &House, role: &str, method: &str, path: &str, body: &str) -> Answer {
    let token = bearer(house, role).await;
    send(house, method, path, &[("authorization", &token)], body).await
}

pub(crate) const WAREHOUSE: &str = "0190d000-0000-7000-8000-0000000000a1";

/// All services, the gateway with its demo users.
pub(crate) fn whole_house() -> House {
    services::house().unwrap().with(Gateway::default(), database(Service::Gateway, &users()))
}

/// Posts what must succeed, and lets its messages arrive.
pub(crate) async fn created(house: &House, role: &str, path: &str, body: &Value) -> Answer {
    let answer = send_as(house, role, "POST", path, &body.to_string()).await;
    assert!(answer.status < 300, "{path}: {}", answer.text);
    house.settle().await;
    answer
}

/// A warehouse with ten mugs that cost 3.00 and sell for 8.00.
pub(crate) async fn stocked() -> House {
    let house = whole_house();
    let warehouse = serde_json::json!({ "id": WAREHOUSE, "code": "MAIN", "name": "Main", "region": "US-CA" });
    created(&house, "manager", "/api/v1/inventory/warehouses", &warehouse).await;
    let mug = serde_json::json!({ "name": "Mug", "status": "Active",
        "variants": [{ "sku": "MUG", "price": usd("8.00"), "cost": usd("3.00") }] });
    created(&house, "manager", "/api/v1/products", &mug).await;
    let opening = serde_json::json!({ "warehouseId": WAREHOUSE, "reason": "OpeningBalance",
        "items": [{ "sku": "MUG", "delta": 10, "unitCost": usd("3.00") }] });
    created(&house, "warehouse", "/api/v1/inventory/adjustments", &opening).await;
    house
}

/// Sells mugs at a till.
pub(crate) async fn sell(house: &House, units: i64) -> Answer {
    let total = usd(&format!("{}.00", units * 8));
    let sale = serde_json::json!({ "terminalId": "T1", "warehouseId": WAREHOUSE, "items": [{ "sku": "MUG", "quantity": units }],
        "payments": [{ "method": "Cash", "amount": total }] });
    send_as(house, "cashier", "POST", "/api/v1/orders/pos", &sale.to_string()).await
}

/// The clock ticks: what readers have is marked in the outboxes, what they have not is handed over.
pub(crate) async fn tick(house: &House) {
    house.settle().await;
    house.advance_seconds(10);
    house.tick().await;
    house.settle().await;
}

/// The names of the checks that fail.
pub(crate) async fn failing(house: &House) -> Vec<String> {
    let answer = send_as(house, "accountant", "GET", "/api/v1/ops/reconciliation", "").await;
    assert_eq!(answer.status, 200, "{}", answer.text);
    let checks = answer.json()["checks"].as_array().unwrap();
    let failing: Vec<_> = checks.iter().filter(|check| check["ok"] == false).collect();
    assert_eq!(answer.json()["ok"], failing.is_empty());
    failing.iter().map(|check| format!("{} {}", check["name"].as_str().unwrap(), check["failures"])).collect()
}

/// Inventory whose Worker does not run: the answer is the platform's.
pub(crate) struct Down;

impl Bounded for Down {
    fn service(&self) -> Service {
        Service::Inventory
    }

    fn routes(&self) -> Vec<Route> {
        Vec::new()
    }

    fn consume<'a>(&'a self, _: &'a Context, _: &'a Envelope) -> Boxed<'a, Result<(), TakeError>> {
        Box::pin(std::future::ready(Err(TakeError::Malformed("down".to_owned()))))
    }

    fn open(&self, _: &dyn World, _: &mut Request) -> Option<Response> {
        let mut answer = Response::default();
        *answer.status_mut() = http::StatusCode::SERVICE_UNAVAILABLE;
        Some(answer)
    }
}

/// Inventory goes down, or comes back, with its database as it is.
pub(crate) fn replace(house: &House, inventory: impl Bounded) {
    let database = house.database(Service::Inventory).unwrap();
    drop(house.clone().with(inventory, database));
}
