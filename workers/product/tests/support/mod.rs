//! The real service over SQLite, asked as the gateway asks it.

#![allow(
    dead_code,
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "test code: each file uses its part, and a failure here is a failed test"
)]

use contracts::Service;
use native::{House, Response};
use platform::World as _;
use product::Product;
use serde_json::{Value, json};
use store::{Sql, Sqlite};
use web::Role;
use web::tokens::{Claims, sign};

pub(crate) struct Shop {
    pub(crate) house: House,
}

/// An answer, read.
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) text: String,
    pub(crate) response: Response,
}

impl Answer {
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap_or_else(|error| panic!("{error}: {}", self.text))
    }

    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.response.headers().get(name)?.to_str().ok()
    }

    /// The code of a problem and the pointers of its fields.
    pub(crate) fn problem(&self) -> (u16, String, Vec<String>) {
        let body = self.json();
        let pointers =
            body["errors"].as_array().unwrap().iter().map(|error| text(&error["pointer"])).collect();
        (self.status, text(&body["code"]), pointers)
    }

    /// The names of the products of a list.
    pub(crate) fn names(&self) -> Vec<String> {
        assert_eq!(self.status, 200, "{}", self.text);
        self.json()["data"].as_array().unwrap().iter().map(|row| text(&row["name"])).collect()
    }
}

pub(crate) fn text(value: &Value) -> String {
    value.as_str().unwrap_or_else(|| panic!("not a text: {value}")).to_owned()
}

pub(crate) fn usd(amount: &str) -> Value {
    json!({ "amount": amount, "currency": "USD" })
}

impl Shop {
    pub(crate) fn open() -> Self {
        let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../migrations/product");
        let database = Sqlite::in_memory(&native::migrations(&folder).unwrap()).unwrap();
        Self { house: House::new().with(Product, database) }
    }

    fn token(&self, role: Role) -> String {
        let world = self.house.world(Service::Product).unwrap();
        let claims = Claims {
            iss: Service::Gateway.name().to_owned(),
            aud: Service::Product.name().to_owned(),
            sub: "somebody".to_owned(),
            role,
            ten: kernel::Tenant::main(),
            cid: None,
        };
        sign(&world, "SERVICE_TOKEN_KEY", &claims, 60).unwrap()
    }

    pub(crate) async fn send(
        &self,
        role: Role,
        method: &str,
        path: &str,
        headers: &[(&str, &str)],
        body: Vec<u8>,
    ) -> Answer {
        let mut request = http::Request::builder().method(method).uri(path);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        if role != Role::Guest {
            request = request.header("authorization", format!("Bearer {}", self.token(role)));
        }
        let request = request.body(body).unwrap();
        let response = self.house.request(Service::Product, request).await.unwrap();
        let text = String::from_utf8(response.body().clone()).unwrap();
        assert!(response.status().as_u16() < 500, "{text} {:?}", self.house.take_log());
        Answer { status: response.status().as_u16(), text, response }
    }

    pub(crate) async fn get(&self, role: Role, path: &str) -> Answer {
        self.send(role, "GET", path, &[], Vec::new()).await
    }

    pub(crate) async fn post(&self, path: &str, body: &Value) -> Answer {
        self.send(Role::Manager, "POST", path, &[], body.to_string().into_bytes()).await
    }

    pub(crate) async fn put(&self, path: &str, headers: &[(&str, &str)], body: &Value) -> Answer {
        self.send(Role::Manager, "PUT", path, headers, body.to_string().into_bytes()).await
    }

    pub(crate) async fn import(&self, file: &str) -> Answer {
        self.send(Role::Manager, "POST", "/products/import", &[("content-type", "text/csv")], file.into())
            .await
    }

    /// Imports a file and answers its counts and the refused lines with their codes.
    pub(crate) async fn counts(&self, file: &str) -> ([u64; 3], Vec<(u64, String)>) {
        let answer = self.import(file).await;
        assert_eq!(answer.status, 200, "{}", answer.text);
        let body = answer.json();
        let refused = body["refused"].as_array().unwrap().iter();
        let refused = refused.map(|line| (line["line"].as_u64().unwrap(), text(&line["code"]))).collect();
        (["imported", "updated", "unchanged"].map(|count| body[count].as_u64().unwrap()), refused)
    }

    /// The types of all events published so far, in order.
    pub(crate) async fn events(&self) -> Vec<String> {
        const EVENTS: Sql = Sql {
            name: "EVENTS",
            text: "select body ->> 'type' as type from outbox order by rowid",
            scan: Some("a test"),
        };
        #[derive(serde::Deserialize)]
        struct Row {
            r#type: String,
        }
        let database = self.house.world(Service::Product).unwrap().database(&kernel::Tenant::main()).unwrap();
        let rows = database.query(EVENTS.bind([])).await.unwrap().read::<Row>().unwrap();
        rows.into_iter().map(|row| row.r#type).collect()
    }

    /// Every check of the reconciliation holds.
    pub(crate) async fn assert_sound(&self) {
        let report = self.get(Role::System, "/internal/reconciliation").await.json();
        let checks = report["checks"].as_array().unwrap();
        assert!(checks.len() == 5 && checks.iter().all(|check| check["ok"] == true), "{report}");
    }
}

/// A mug in two sizes with everything a product can have.
pub(crate) fn mug() -> Value {
    json!({
        "name": "Blue Mug", "description": "<p>Holds <b>tea</b></p>", "category": "Kitchen & Table", "brand": "Potter",
        "status": "Active", "taxClass": "standard", "tags": ["clay"],
        "variants": [
            { "sku": "MUG-S", "options": { "Cut": "Small", "Glaze": "Blue" }, "barcode": "4006381333931",
              "price": usd("8.50"), "cost": usd("3.10"),
              "wholesale": { "minimumQuantity": 12, "tiers": [
                  { "minimumQuantity": 50, "unitPrice": usd("6.00") },
                  { "minimumQuantity": 12, "unitPrice": usd("7.00") } ] } },
            { "options": { "Cut": "Large", "Glaze": "Blue" }, "price": usd("11.00") }
        ]
    })
}
