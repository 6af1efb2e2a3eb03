//! A shop of a scenario's own: a warehouse, goods with stock, and what is there now.

use std::sync::atomic::{AtomicU32, Ordering};

pub use native::client::usd;
use serde_json::{Value, json};

use crate::{Answer, Api, User};

/// Numbers the shops of one process.
static SHOPS: AtomicU32 = AtomicU32::new(0);

/// A shop.
pub struct Shop<'a> {
    /// The house it is in.
    pub api: &'a dyn Api,
    /// Its warehouse.
    pub warehouse: String,
    /// What makes its names its own.
    pub tag: String,
}

impl<'a> Shop<'a> {
    /// Opens a shop in a warehouse of its own.
    #[must_use]
    pub fn open(api: &'a dyn Api) -> Self {
        Self::open_in(api, "UTC", "ZZ")
    }

    /// Opens one in a time zone and a tax region.
    #[must_use]
    pub fn open_in(api: &'a dyn Api, zone: &str, region: &str) -> Self {
        let tag = format!("{:x}-{}", std::process::id(), SHOPS.fetch_add(1, Ordering::Relaxed));
        let (code, name) = (format!("W{tag}"), format!("Shop {tag}"));
        let body = json!({ "code": code, "name": name, "region": region, "timeZone": zone });
        let warehouse = api.post(User::Manager, "/inventory/warehouses", &body).expect(201);
        Self { api, warehouse: text(&warehouse["id"]), tag }
    }

    /// The SKU of this shop's article `name`.
    #[must_use]
    pub fn sku(&self, name: &str) -> String {
        format!("{name}-{}", self.tag)
    }

    /// Puts goods on the shelf at a price, `units` of them bought at `cost` each; answers the SKU.
    #[must_use]
    pub fn stock(&self, name: &str, price: &str, cost: &str, units: i64) -> String {
        self.stock_wholesale(name, price, cost, units, &Value::Null)
    }

    /// The same, with wholesale terms.
    #[must_use]
    pub fn stock_wholesale(&self, name: &str, price: &str, cost: &str, units: i64, terms: &Value) -> String {
        let sku = self.sku(name);
        let mut variant = json!({ "sku": sku, "name": name, "price": usd(price), "cost": usd(cost) });
        if !terms.is_null() {
            variant["wholesale"] = terms.clone();
        }
        let product =
            json!({ "name": format!("{name} {}", self.tag), "status": "Active", "variants": [variant] });
        let _ = self.api.post(User::Manager, "/products", &product).expect(201);
        if units > 0 {
            self.receive(&sku, cost, units);
        }
        sku
    }

    /// Receives goods; waits for the stock record, which a new product gets by message.
    pub fn receive(&self, sku: &str, cost: &str, units: i64) {
        let body = json!({
            "warehouseId": self.warehouse,
            "reason": "Received",
            "items": [{ "sku": sku, "delta": units, "unitCost": usd(cost) }],
        });
        for _ in 0..100 {
            self.api.settle();
            let answer = self.api.post(User::Warehouse, "/inventory/adjustments", &body);
            if answer.status != 422 {
                let _ = answer.expect(201);
                return;
            }
        }
        panic!("the stock record of {sku} never came");
    }

    /// Units on hand.
    #[must_use]
    pub fn on_hand(&self, sku: &str) -> i64 {
        let path = format!("/inventory/stock?warehouseId={}&sku={sku}", self.warehouse);
        let rows = self.api.get(User::Warehouse, &path).expect(200);
        rows["data"][0]["onHand"].as_i64().unwrap_or_else(|| panic!("no stock row for {sku}: {rows}"))
    }

    /// A guest's order of one article on the retail web.
    #[must_use]
    pub fn order(&self, sku: &str, quantity: i64) -> Value {
        let body = json!({
            "warehouseId": self.warehouse,
            "customer": { "name": "Ada", "email": "ada@example.org" },
            "items": [{ "sku": sku, "quantity": quantity }],
        });
        self.api.post(User::Guest, "/orders/retail", &body).expect(201)
    }

    /// Pays an order with a test card.
    #[must_use]
    pub fn pay(&self, order: &Value, token: &str) -> Answer {
        let body = json!({ "payment": { "method": "Card", "token": token } });
        self.api.post(User::Guest, &format!("/orders/retail/{}/confirm", text(&order["id"])), &body)
    }

    /// A cash sale of one article at a till.
    #[must_use]
    pub fn sell_at_till(&self, sku: &str, quantity: i64, total: &str) -> Answer {
        let body = json!({
            "terminalId": format!("T{}", self.tag),
            "warehouseId": self.warehouse,
            "items": [{ "sku": sku, "quantity": quantity }],
            "payments": [{ "method": "Cash", "amount": usd(total) }],
        });
        self.api.post(User::Cashier, "/orders/pos", &body)
    }

    /// Enrols a till in this shop; its key.
    #[must_use]
    pub fn enrol(&self, terminal: &str) -> String {
        let body = json!({ "terminalId": terminal, "warehouseId": self.warehouse, "device": format!("Device of {terminal}") });
        text(&self.api.post(User::Manager, "/orders/pos/terminals", &body).expect(201)["key"])
    }

    /// Syncs sales with the key of their till.
    #[must_use]
    pub fn sync(&self, key: &str, sales: &[Value]) -> Answer {
        let headers = [("till-key", key)];
        self.api.with_headers(User::Cashier, "POST", "/orders/pos/sync", &headers, &json!({ "sales": sales }))
    }

    /// Settles, then asserts that the whole house reconciles.
    pub fn reconcile(&self) {
        self.api.settle();
        let report = self.api.get(User::Admin, "/ops/reconciliation").expect(200);
        let failed: Vec<_> =
            report["checks"].as_array().into_iter().flatten().filter(|check| check["ok"] != true).collect();
        assert!(report["ok"] == true && failed.is_empty(), "{failed:#?}");
    }
}

/// A JSON string's text.
#[must_use]
pub fn text(value: &Value) -> String {
    value.as_str().unwrap_or_else(|| panic!("not a text: {value}")).to_owned()
}
