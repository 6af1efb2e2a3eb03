//! A shop with goods in stock behind the public door, and a visitor with a browser that has no scripts: a cookie jar, links
//! and forms.
#![allow(dead_code, reason = "each test file uses a part of it")]
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    reason = "helpers of tests"
)]

use std::collections::BTreeMap;

use contracts::Service;
use native::House;
use native::client::{Answer, Client, usd};
use serde_json::{Value, json};
use web::Role;

pub(crate) const WAREHOUSE: &str = "0193e9a0-0000-7000-8000-00000000aaaa";
pub(crate) const HOST: &str = "shop.example";

/// All services, with a mug in two colours and the last lantern.
pub(crate) struct Shop {
    pub(crate) house: House,
}

impl Shop {
    pub(crate) async fn open() -> Self {
        let shop = Self::empty();
        let warehouse = json!({ "id": WAREHOUSE, "code": "MAIN", "name": "Main", "region": "US-NY" });
        shop.by(Service::Inventory).post("/inventory/warehouses", warehouse).await.expect(201);
        let variant = |sku: &str, colour: &str, price: &str| json!({ "sku": sku, "options": { "Colour": colour }, "price": usd(price) });
        shop.product(
            "enamel-mug",
            "Enamel Mug",
            "Kitchen",
            json!([variant("MUG-WHITE", "White", "12.00"), variant("MUG-NAVY", "Navy", "14.00")]),
        )
        .await;
        shop.product(
            "last-lantern",
            "Storm Lantern",
            "Home",
            json!([{ "sku": "LANTERN", "price": usd("85.00") }]),
        )
        .await;
        shop.receive("MUG-WHITE", 20).await;
        shop.receive("MUG-NAVY", 3).await;
        shop.receive("LANTERN", 1).await;
        let tax = json!({ "region": "US-CA", "taxClass": "standard", "rate": "10", "inclusive": false, "validFrom": "2026-01-01" });
        shop.house.client(Service::Order).by(Role::Accountant).put("/tax-rates", tax).await.expect(200);
        shop
    }

    pub(crate) fn empty() -> Self {
        let house = services::house().unwrap();
        for (name, value) in [
            ("PAYMENT_PROVIDER", "test"),
            ("SHOP_NAME", "Harbour & Co"),
            ("PUBLIC_URL", "https://shop.example"),
            ("LANGUAGE", "en"),
            ("SHOP_WAREHOUSE", "MAIN"),
            ("SHOP_IMPRINT", "Harbour & Co ¶ 1 Quay"),
        ] {
            house.set(name, value);
        }
        Self { house }
    }

    pub(crate) fn by(&self, service: Service) -> Client {
        self.house.client(service).by(Role::Manager)
    }

    pub(crate) async fn product(&self, handle: &str, name: &str, category: &str, variants: Value) -> Value {
        let body = json!({ "handle": handle, "name": name, "category": category, "brand": "Harbour Works",
            "description": format!("<p>About {handle}</p>"), "status": "Active", "taxClass": "standard", "variants": variants });
        let made = self.by(Service::Product).post("/products", body).await.expect(201);
        self.house.settle().await;
        made
    }

    pub(crate) async fn receive(&self, sku: &str, units: i64) {
        let body = json!({ "warehouseId": WAREHOUSE, "reason": "Received", "items": [{ "sku": sku, "delta": units, "unitCost": usd("1.00") }] });
        self.by(Service::Inventory).post("/inventory/adjustments", body).await.expect(201);
        self.house.settle().await;
    }

    pub(crate) async fn lose(&self, sku: &str, units: i64) {
        let body =
            json!({ "warehouseId": WAREHOUSE, "reason": "Lost", "items": [{ "sku": sku, "delta": -units }] });
        self.by(Service::Inventory).post("/inventory/adjustments", body).await.expect(201);
    }

    pub(crate) async fn price(&self, sku: &str, price: &str) {
        let body = json!({ "price": usd(price) });
        self.by(Service::Product).put(&format!("/products/sku/{sku}/prices"), body).await.expect(200);
    }

    /// Every web order.
    pub(crate) async fn orders(&self) -> Vec<Value> {
        self.by(Service::Order).get("/orders/retail").await.expect(200)["data"].as_array().unwrap().clone()
    }

    pub(crate) fn visitor(&self) -> Visitor {
        Visitor { house: self.house.clone(), cookies: BTreeMap::new(), headers: Vec::new() }
    }
}

/// A browser without scripts.
#[derive(Clone)]
pub(crate) struct Visitor {
    house: House,
    pub(crate) cookies: BTreeMap<String, String>,
    pub(crate) headers: Vec<(String, String)>,
}

impl Visitor {
    pub(crate) async fn send(&mut self, method: &str, path: &str, body: &str) -> Answer {
        let jar: Vec<String> = self.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
        let jar = jar.join("; ");
        let mut headers = vec![("host", HOST)];
        if !jar.is_empty() {
            headers.push(("cookie", &jar));
        }
        if method == "POST" {
            headers.extend([
                ("content-type", "application/x-www-form-urlencoded"),
                ("origin", "https://shop.example"),
            ]);
        }
        for (name, value) in &self.headers {
            headers.retain(|(known, _)| known != name);
            headers.push((name, value));
        }
        let answer = self.house.client(Service::Gateway).with(&headers).send(method, path, body).await;
        for cookie in answer.headers("set-cookie") {
            assert!(cookie.contains("Secure; SameSite=Lax"), "{cookie}");
            let (name, value) = cookie.split(';').next().unwrap().split_once('=').unwrap();
            if cookie.contains("Max-Age=0") {
                self.cookies.remove(name);
            } else {
                assert!(name == "cart-count" || cookie.contains("HttpOnly"), "{cookie}");
                self.cookies.insert(name.to_owned(), value.to_owned());
            }
        }
        answer
    }

    pub(crate) async fn get(&mut self, path: &str) -> Answer {
        self.send("GET", path, "").await
    }

    /// Sends a form and follows to the page that it leads to.
    pub(crate) async fn submit(&mut self, path: &str, fields: &[(&str, &str)]) -> Answer {
        let answer = self.send("POST", path, &form(fields)).await;
        if answer.status != 303 {
            return answer;
        }
        let to = answer.header("location").unwrap().to_owned();
        self.get(&to).await
    }

    pub(crate) async fn add(&mut self, sku: &str, quantity: &str) -> Answer {
        self.submit("/cart/add", &[("sku", sku), ("quantity", quantity)]).await
    }

    /// Fills in the checkout, with the hidden fields as the page has them.
    pub(crate) async fn checkout(&mut self, card: &str, changes: &[(&str, &str)]) -> Vec<(String, String)> {
        let page = self.get("/checkout").await;
        assert_eq!(page.status, 200, "{}", page.text);
        filled(&page.text, card, changes)
    }
}

/// The checkout's fields, as somebody in California fills them in.
pub(crate) fn filled(page: &str, card: &str, changes: &[(&str, &str)]) -> Vec<(String, String)> {
    let (total, key) = (value(page, "total"), value(page, "key"));
    let mut fields: BTreeMap<&str, &str> = BTreeMap::from([
        ("email", "ada@example.org"),
        ("name", "Ada Löwe"),
        ("line1", "1 Quay"),
        ("line2", ""),
        ("postalCode", "94105"),
        ("city", "Harbour"),
        ("country", "US"),
        ("state", "CA"),
        ("card", card),
        ("total", &total),
        ("key", &key),
        ("do", "order"),
    ]);
    fields.extend(changes.iter().copied());
    fields.into_iter().map(|(name, value)| (name.to_owned(), value.to_owned())).collect()
}

pub(crate) fn pairs(fields: &[(String, String)]) -> Vec<(&str, &str)> {
    fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect()
}

/// The value of an input of a page.
pub(crate) fn value(page: &str, name: &str) -> String {
    let (_, rest) = page
        .split_once(&format!("name=\"{name}\" value=\""))
        .unwrap_or_else(|| panic!("no {name} in {page}"));
    rest.split('"').next().unwrap().to_owned()
}

pub(crate) fn form(fields: &[(&str, &str)]) -> String {
    serde_urlencoded::to_string(fields).unwrap()
}
