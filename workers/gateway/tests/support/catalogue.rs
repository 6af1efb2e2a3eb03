//! The gateway before a small catalogue, and its guests.

use contracts::Service;
use native::House;
use native::client::{Answer, usd};
use product::Product;
use serde_json::{Value, json};
use web::Role;

use super::{gate, send};

/// The most that an answer may be old.
pub(crate) const SECOND_MS: i64 = 1_000;

/// The gateway and the catalogue, with a mug, a bowl and a hidden jug.
pub(crate) async fn shop() -> (House, String) {
    let house = gate().with(Product, native::database(Service::Product).unwrap());
    let catalogue = house.client(Service::Product).by(Role::Manager);
    let mut bowl = product("Bowl", "BOWL", "Table");
    bowl["variants"][0]["barcode"] = json!("4006381333948");
    let mut jug = product("Jug", "JUG", "Table");
    jug["status"] = json!("Draft");
    let mug = catalogue.post("/products", mug()).await.expect(201);
    for body in [bowl, jug] {
        catalogue.post("/products", body).await.expect(201);
    }
    (house, mug["id"].as_str().unwrap().to_owned())
}

pub(crate) fn product(name: &str, sku: &str, category: &str) -> Value {
    let variant = json!({ "sku": sku, "price": usd("8.00"), "cost": usd("3.00") });
    json!({ "name": name, "category": category, "status": "Active", "variants": [variant] })
}

pub(crate) fn mug() -> Value {
    let mut mug = product("Mug", "MUG", "Kitchen");
    mug["description"] = json!("<p>Holds tea</p>");
    mug["variants"][0]["barcode"] = json!("4006381333931");
    mug
}

pub(crate) async fn read(house: &House, path: &str) -> Answer {
    send(house, "GET", &format!("/api/v1{path}"), &[], "").await
}

/// What the catalogue itself answers a guest now.
pub(crate) async fn truth(house: &House, path: &str) -> Answer {
    house.client(Service::Product).get(path).await
}

/// Sets the price of the mug.
pub(crate) async fn set_price(house: &House, amount: &str) {
    let manager = house.client(Service::Product).by(Role::Manager);
    manager.put("/products/sku/MUG/prices", json!({ "price": usd(amount) })).await.expect(200);
}

/// The price of the first variant that an answer shows.
pub(crate) fn price(answer: &Answer) -> String {
    answer.expect(200)["variants"][0]["price"]["amount"].as_str().unwrap().to_owned()
}

/// Whether nobody was called for an answer.
pub(crate) fn is_from_memory(answer: &Answer) -> bool {
    answer.header("server-timing") == Some("gateway;dur=0;desc=\"queries=0 batches=0 calls=0\"")
}
