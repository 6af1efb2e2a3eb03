//! Every change of the catalogue is seen by guests within a second, at every isolate.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "test code: a failure here is a failed test"
)]

mod support;

use std::collections::BTreeSet;

use contracts::Service;
use gateway::Gateway;
use native::House;
use native::client::{Answer, usd};
use product::Product;
use serde_json::{Value, json};
use support::catalogue::{SECOND_MS, is_from_memory, mug, price, product, read, set_price, shop, truth};
use web::{App, Bounded as _, Role};

/// What guests may ask, of what is there and of what comes later.
fn reads(mug: &str) -> Vec<String> {
    let own = format!("/products/{mug}");
    let others = [
        "/products",
        "/products?limit=1",
        "/products?category=kitchen",
        "/products?category=Table&limit=5",
        "/products?q=mug",
        "/products?q=tea",
        "/products?status=Active",
        "/products/sku/MUG",
        "/products/sku/BOWL",
        "/products/sku/JUG",
        "/products/sku/NEW",
        "/products/barcode/4006381333931",
        "/products/barcode/4006381333948",
        "/categories",
        "/categories?limit=1",
    ];
    others.into_iter().map(str::to_owned).chain([own]).collect()
}

/// The same at a gateway of its own: another isolate.
async fn read_at(house: &House, gateway: &App, path: &str) -> Answer {
    let request = http::Request::get(format!("/api/v1{path}")).body(Vec::new()).unwrap();
    let world = std::sync::Arc::new(house.world(Service::Gateway).unwrap());
    native::answer(gateway, world, request).await.into()
}

/// A change through a route of the catalogue.
struct Change {
    method: &'static str,
    route: &'static str,
    /// The path with the mug's id, and the body.
    make: fn(&str) -> (String, String),
}

fn edited(id: &str, edit: impl FnOnce(&mut Value)) -> (String, String) {
    let mut body = mug();
    edit(&mut body);
    (format!("/products/{id}"), body.to_string())
}

const CHANGES: &[Change] = &[
    Change {
        method: "PUT",
        route: "/products/sku/{sku}/prices",
        make: |_| ("/products/sku/MUG/prices".to_owned(), json!({ "price": usd("9.99") }).to_string()),
    },
    Change {
        method: "PUT",
        route: "/products/sku/{sku}/prices",
        make: |_| {
            let tiers = [json!({ "minimumQuantity": 24, "unitPrice": usd("5.00") })];
            let terms = json!({ "wholesale": { "minimumQuantity": 12, "tiers": tiers } });
            ("/products/sku/BOWL/prices".to_owned(), terms.to_string())
        },
    },
    // A text, the category, the status, the barcode, another variant.
    Change {
        method: "PUT",
        route: "/products/{id}",
        make: |mug| edited(mug, |body| body["description"] = json!("<p>Holds coffee</p>")),
    },
    Change {
        method: "PUT",
        route: "/products/{id}",
        make: |mug| edited(mug, |body| body["category"] = json!("Gifts")),
    },
    Change {
        method: "PUT",
        route: "/products/{id}",
        make: |mug| edited(mug, |body| body["status"] = json!("Archived")),
    },
    Change {
        method: "PUT",
        route: "/products/{id}",
        make: |mug| edited(mug, |body| body["variants"][0]["barcode"] = Value::Null),
    },
    Change {
        method: "PUT",
        route: "/products/{id}",
        make: |mug| {
            let new = json!({ "sku": "NEW", "name": "Large", "options": { "Size": "Large" }, "price": usd("11.00") });
            edited(mug, |body| body["variants"].as_array_mut().unwrap().push(new))
        },
    },
    Change {
        method: "DELETE",
        route: "/products/{id}",
        make: |mug| (format!("/products/{mug}"), String::new()),
    },
    Change {
        method: "POST",
        route: "/products",
        make: |_| ("/products".to_owned(), product("New mug", "NEW", "Kitchen").to_string()),
    },
    Change {
        method: "POST",
        route: "/products/import",
        make: |_| {
            let file = "Handle,Title,Published,Variant SKU,Variant Price,Status\nmug,Mug,true,MUG,12.00,active\n\
                        new,New,true,NEW,1.00,active\n";
            ("/products/import".to_owned(), file.to_owned())
        },
    },
    Change {
        method: "POST",
        route: "/categories",
        make: |_| ("/categories".to_owned(), json!({ "name": "Cellar" }).to_string()),
    },
];

/// Sends a change as a manager.
async fn change(house: &House, change: &Change, mug: &str) {
    let (path, body) = (change.make)(mug);
    let media = if change.route.ends_with("import") { "text/csv" } else { "application/json" };
    let manager = house.client(Service::Product).by(Role::Manager).with(&[("content-type", media)]);
    manager.send(change.method, &path, body).await.ok();
}

#[test]
fn every_route_that_changes_the_catalogue_has_a_case() {
    let routes: BTreeSet<(String, &str)> = Product
        .routes()
        .iter()
        .filter(|route| route.method != http::Method::GET && !route.path.starts_with("/internal/"))
        .map(|route| (route.method.to_string(), route.path))
        .collect();
    let cases = CHANGES.iter().map(|change| (change.method.to_owned(), change.route)).collect();
    assert_eq!(routes, cases);
}

#[tokio::test]
async fn no_change_is_hidden_for_more_than_a_second() {
    for (number, case) in CHANGES.iter().enumerate() {
        let (house, mug) = shop().await;
        let mut before = Vec::new();
        for path in reads(&mug) {
            let (first, second) = (read(&house, &path).await, read(&house, &path).await);
            assert!(first.text == second.text || second.status == 404, "{path}: {}", second.text);
            assert_eq!(is_from_memory(&second), second.status == 200, "{path}: {:?}", second.headers);
            before.push(second.text);
        }
        change(&house, case, &mug).await;
        assert!(differs(&house, &mug, &before).await, "case {number} changes nothing that guests see");

        // All that was kept was confirmed at the same moment.
        house.advance_ms(SECOND_MS);
        assert!(is_from_memory(&read(&house, "/products").await), "a second has not passed yet");
        house.advance_ms(1);
        for path in reads(&mug) {
            let (shown, truth) = (read(&house, &path).await, truth(&house, &path).await);
            assert_eq!(shown.status, truth.status, "case {number}, {path}");
            if truth.status == 200 {
                assert_eq!(shown.text, truth.text, "case {number}, {path}");
                assert!(is_from_memory(&read(&house, &path).await), "case {number}, {path}");
            }
        }
    }
}

/// Whether one of the reads has another answer now.
async fn differs(house: &House, mug: &str, before: &[String]) -> bool {
    for (path, before) in reads(mug).iter().zip(before) {
        let now = truth(house, path).await;
        if now.status == 200 && now.text != *before {
            return true;
        }
    }
    false
}

#[tokio::test]
async fn each_isolate_keeps_its_own_and_none_is_late() {
    let (house, _) = shop().await;
    let other = App::new(Gateway::default());
    let path = "/products/sku/MUG";
    let _ = read(&house, path).await;
    house.advance_ms(600);
    let _ = read_at(&house, &other, path).await;
    set_price(&house, "9.99").await;
    // The one has asked 600 ms before the other: it hears of the change by so much earlier.
    house.advance_ms(401);
    assert_eq!(price(&read(&house, path).await), "9.99");
    assert_eq!(price(&read_at(&house, &other, path).await), "8.00");
    house.advance_ms(600);
    assert_eq!(price(&read_at(&house, &other, path).await), "9.99");
    // A third one has heard nothing yet, and asks.
    let third = App::new(Gateway::default());
    assert_eq!(price(&read_at(&house, &third, path).await), "9.99");
}
