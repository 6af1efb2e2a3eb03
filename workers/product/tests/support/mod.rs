//! The real service over SQLite, asked as the gateway asks it.

#![allow(
    dead_code,
    unused_imports,
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "test code: each file uses its part, and a failure here is a failed test"
)]

use std::ops::Deref;

use contracts::Service;
use native::House;
pub(crate) use native::client::usd;
use native::client::{Answer, Client};
use product::Product;
use serde_json::{Value, json};
use web::Role;

/// The service, asked as a manager.
pub(crate) struct Shop(Client);

impl Deref for Shop {
    type Target = Client;

    fn deref(&self) -> &Client {
        &self.0
    }
}

pub(crate) fn text(value: &Value) -> String {
    value.as_str().unwrap_or_else(|| panic!("not a text: {value}")).to_owned()
}

impl Shop {
    pub(crate) fn open() -> Self {
        Self::over(House::new().with(Product, native::database(Service::Product).unwrap()))
    }

    pub(crate) fn over(house: House) -> Self {
        Self(house.client(Service::Product).by(Role::Manager))
    }

    pub(crate) async fn import(&self, file: &str) -> Answer {
        self.with(&[("content-type", "text/csv")]).send("POST", "/products/import", file).await
    }

    /// Imports a file and answers its counts and the refused lines with their codes.
    pub(crate) async fn counts(&self, file: &str) -> ([u64; 3], Vec<(u64, String)>) {
        let body = self.import(file).await.expect(200);
        let refused = body["refused"].as_array().unwrap().iter();
        let refused = refused.map(|line| (line["line"].as_u64().unwrap(), text(&line["code"]))).collect();
        (["imported", "updated", "unchanged"].map(|count| body[count].as_u64().unwrap()), refused)
    }

    /// Every check of the reconciliation holds.
    pub(crate) async fn assert_sound(&self) {
        let report = self.reconciled().await;
        assert_eq!(report["checks"].as_array().map(Vec::len), Some(5), "{report}");
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
