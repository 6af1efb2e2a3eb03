//! A shop for tests: the real order, product and inventory services over SQLite, with goods in stock.
#![allow(dead_code, unreachable_pub, unused_imports, reason = "each test file uses a part of it")]

use std::ops::Deref;

use contracts::{EventKind, Service};
use inventory::Inventory;
use native::House;
use native::client::Client;
pub use native::client::{told, usd};
use order::Order;
use product::Product;
use serde_json::{Value, json};
use store::{Database, IntoValue, Statement};
use web::Role;

/// The shop's warehouse.
pub const WAREHOUSE: &str = "0193e9a0-0000-7000-8000-00000000aaaa";

/// Asks as a manager: the three services with a warehouse in New York State and five variants.
pub struct Shop {
    orders: Client,
    /// The order service alone, over the same database: nobody answers its calls.
    pub lonely: Client,
}

impl Deref for Shop {
    type Target = Client;

    fn deref(&self) -> &Client {
        &self.orders
    }
}

impl Shop {
    pub async fn open() -> Self {
        let database = |service| native::database(service).unwrap();
        let orders = database(Service::Order);
        let house = House::new()
            .with(Order, orders.clone())
            .with(Inventory, database(Service::Inventory))
            .with(Product, database(Service::Product));
        let lonely = House::new().with(Order, orders).client(Service::Order).by(Role::Manager);
        let shop = Self { orders: house.client(Service::Order).by(Role::Manager), lonely };
        shop.house.set("PAYMENT_PROVIDER", "test");
        shop.lonely.house.set("PAYMENT_PROVIDER", "test");
        shop.stock_up().await;
        shop
    }

    async fn stock_up(&self) {
        let warehouse =
            json!({ "id": WAREHOUSE, "code": "MAIN", "name": "Harbour Street", "region": "US-NY" });
        let inventory = self.at(Service::Inventory);
        inventory.post("/inventory/warehouses", warehouse).await.expect(201);
        let variant = |sku: &str, kind: &str, price: &str| json!({ "sku": sku, "name": sku, "kind": kind, "price": usd(price) });
        let mut mug = variant("MUG", "Goods", "0.10");
        mug["wholesale"] = json!({ "minimumQuantity": 1, "tiers": [] });
        let product = json!({
            "name": "Things", "status": "Active", "taxClass": "standard",
            "variants": [mug, variant("PEN", "Goods", "7.00"), variant("POST", "Shipping", "5.00"), variant("OFF", "Discount", "2.00"), variant("FEE", "Fee", "1.00")],
        });
        self.at(Service::Product).post("/products", product).await.expect(201);
        self.house.settle().await;
        let received = json!({ "warehouseId": WAREHOUSE, "reason": "Received", "items": [
            { "sku": "MUG", "delta": 100, "unitCost": usd("0.05") }, { "sku": "PEN", "delta": 10, "unitCost": usd("3.00") } ] });
        inventory.post("/inventory/adjustments", received).await.expect(201);
        self.house.settle().await;
    }

    /// Sells at the till; the order.
    pub async fn sell(&self, items: Value, payments: Value) -> Value {
        let sale =
            json!({ "terminalId": "TILL-1", "warehouseId": WAREHOUSE, "items": items, "payments": payments });
        self.post("/orders/pos", &sale).await.expect(201)
    }

    /// Buys on the web with a card.
    pub async fn buy_with_card(&self, items: Value, token: &str) -> Value {
        let order = json!({ "warehouseId": WAREHOUSE, "customer": { "email": "ada@example.org", "name": "Ada" }, "items": items });
        let order = self.by(Role::Customer).post("/orders/retail", &order).await.expect(201);
        let payment = json!({ "payment": { "method": "Card", "token": token } });
        let path = format!("/orders/retail/{}/confirm", id(&order));
        self.by(Role::Customer).post(&path, &payment).await.expect(200)
    }

    /// What the warehouse holds of a SKU: units and their value in cents.
    pub async fn stock(&self, sku: &str) -> (i64, i64) {
        #[derive(serde::Deserialize)]
        struct Stock {
            units: i64,
            value: i64,
        }
        let sql = "select on_hand as units, value_minor as value from stock where sku = ?1";
        let database = self.at(Service::Inventory).database();
        let statement = Statement { text: sql, values: vec![sku.into_value()] };
        let stock: Stock = database.query(statement).await.unwrap().first().unwrap().unwrap();
        (stock.units, stock.value)
    }

    /// The `OrderRefunded` events published so far.
    pub async fn refund_events(&self) -> Vec<Value> {
        let events = self.events().await;
        let refunds = events.iter().filter(|(_, event)| event.kind == EventKind::OrderRefunded);
        refunds.map(|(_, event)| serde_json::from_str(&event.to_json()).unwrap()).collect()
    }

    /// The minute passes: what stopped is taken up again.
    pub async fn sweep(&self) {
        self.house.advance_seconds(60);
        self.house.sweep(Service::Order).await.unwrap();
        self.house.settle().await;
    }
}

/// The id of a thing.
pub fn id(thing: &Value) -> String {
    thing["id"].as_str().unwrap().to_owned()
}

/// A decimal amount of a thing's field.
pub fn amount(thing: &Value, field: &str) -> String {
    thing[field]["amount"].as_str().unwrap_or_else(|| panic!("{field} of {thing}")).to_owned()
}
