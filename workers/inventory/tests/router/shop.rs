//! A house with the inventory service alone, and what the tests ask of it.

use std::ops::Deref;

use contracts::events::{ProductData, VariantData};
use contracts::terms::LineKind;
use contracts::{Envelope, Event, Service};
use inventory::Inventory;
use kernel::Timestamp;
use kernel::ids::ProductId;
use kernel::text::{Name, Sku};
use native::House;
use native::client::{Answer, Client};
pub(crate) use native::client::{id, usd};
use serde_json::{Value, json};
use store::{Database, Sql};
use web::Role;

/// Where the order service takes what it sells.
pub(crate) const DEDUCT: &str = "/inventory/deduct";

/// The shop in which most tests sell.
pub(crate) const SHOP: &str = "0193e9a0-0000-7000-8000-00000000a001";
/// The warehouse behind it.
pub(crate) const STORE: &str = "0193e9a0-0000-7000-8000-00000000a002";

/// The inventory service over a database in memory, asked as an administrator.
#[derive(Clone)]
pub(crate) struct Shop(Client);

impl Deref for Shop {
    type Target = Client;

    fn deref(&self) -> &Client {
        &self.0
    }
}

impl Shop {
    /// An empty house.
    pub(crate) fn empty() -> Self {
        let house = House::new().with(Inventory, native::database(Service::Inventory).unwrap());
        Self(house.client(Service::Inventory).by(Role::Admin))
    }

    /// Two warehouses that keep these SKUs, of one product.
    pub(crate) async fn with(skus: &[&str]) -> Self {
        let shop = Self::empty();
        for (id, code) in [(SHOP, "SHOP"), (STORE, "STORE")] {
            let body = json!({ "id": id, "code": code, "name": code, "region": "US-CA" });
            shop.post("/inventory/warehouses", body).await.expect(201);
        }
        shop.tell(&Event::ProductCreated(product(1, skus))).await;
        shop
    }

    /// As the order service asks, on its own behalf.
    pub(crate) fn system(&self) -> Client {
        self.by(Role::System)
    }

    /// Hands over an event of another time.
    pub(crate) async fn tell_at(&self, event: &Event, timestamp: Timestamp) {
        self.deliver(&Envelope { timestamp, ..self.message(event) }).await;
    }

    /// Goods bought: units at a cost each.
    pub(crate) async fn receive(&self, warehouse: &str, sku: &str, units: i64, unit_cost: &str) {
        let item = json!({ "sku": sku, "delta": units, "unitCost": usd(unit_cost) });
        let body = json!({ "warehouseId": warehouse, "reason": "Received", "items": [item] });
        self.post("/inventory/adjustments", body).await.expect(201);
    }

    pub(crate) async fn deduct(&self, order: &str, items: &[(&str, i64)]) -> Answer {
        self.system().post(DEDUCT, sale(order, items)).await
    }

    /// Units and value of a SKU in a warehouse.
    pub(crate) async fn held(&self, warehouse: &str, sku: &str) -> (i64, String) {
        let path = format!("/inventory/stock?warehouseId={warehouse}&sku={sku}");
        let row = self.get(&path).await.expect(200)["data"][0].clone();
        (row["onHand"].as_i64().unwrap(), row["value"]["amount"].as_str().unwrap().to_owned())
    }

    /// The names of the events published so far, without those of the set-up.
    pub(crate) async fn event_names(&self) -> Vec<&'static str> {
        let mut names = self.0.event_names().await;
        names.retain(|name| *name != "WarehouseChanged");
        names
    }

    /// Runs a statement that no service would; the rule that refuses it.
    pub(crate) async fn tamper(&self, text: &'static str) -> Option<String> {
        let statement = Sql { name: "TAMPER", text, scan: None };
        let outcome = self.database().query(statement.bind([])).await;
        outcome.err().map(|error| error.rule().unwrap_or("none").to_owned())
    }
}

/// A request to deduct, at the shop's till.
pub(crate) fn sale(order: &str, items: &[(&str, i64)]) -> Value {
    let items: Vec<Value> =
        items.iter().map(|(sku, quantity)| json!({ "sku": sku, "quantity": quantity })).collect();
    json!({ "orderId": order, "warehouseId": SHOP, "channel": "POS", "items": items })
}

/// The n-th product with these goods.
pub(crate) fn product(n: u128, skus: &[&str]) -> ProductData {
    let variant = |sku: &&str| VariantData { sku: Sku::parse(sku).unwrap(), kind: LineKind::Goods };
    ProductData {
        product_id: ProductId(uuid::Uuid::from_u128(n)),
        name: Name::parse("A product").unwrap(),
        variants: skus.iter().map(variant).collect(),
    }
}
