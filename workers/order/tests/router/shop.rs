//! A house with catalogue, inventory and orders, and what the tests ask of it.

use std::ops::Deref;

use contracts::{Envelope, Service};
use inventory::Inventory;
use native::House;
use native::client::{Answer, Client};
pub(crate) use native::client::{id, usd};
use order::Order;
use product::Product;
use serde_json::{Value, json};
use store::{Database, IntoValue, Sql, Sqlite};
use web::Role;

/// Where goods come from.
pub(crate) const SHOP: &str = "0193e9a0-0000-7000-8000-00000000a001";
/// A wholesale customer with a limit of 1,000.00 and the terms Net30.
pub(crate) const BUYER: &str = "0193e9a0-0000-7000-8000-00000000c001";
/// A retail customer with an account.
pub(crate) const ADA: &str = "0193e9a0-0000-7000-8000-00000000c002";

/// How many mails tell that an order is cancelled.
pub(crate) const TOLD_OF_CANCELLATION: &str = "select count(*) as n from outbox where queue = 'mail-inbox'
    and body ->> '$.data.content.template' = 'OrderCancelled' and body ->> '$.data.content.data.order.orderId' = ?1";

pub(crate) const GUEST: Role = Role::Guest;
pub(crate) const ACCOUNTANT: Role = Role::Accountant;
pub(crate) const CASHIER: Role = Role::Cashier;
pub(crate) const WHOLESALER: (Role, &str) = (Role::Wholesaler, BUYER);
pub(crate) const CUSTOMER: (Role, &str) = (Role::Customer, ADA);
pub(crate) const SYSTEM: Role = Role::System;

/// The three services over databases in memory; the order service is asked as a manager.
#[derive(Clone)]
pub(crate) struct Shop {
    orders: Client,
    products: Sqlite,
    /// The key of the till `T1`, which every request shows.
    pub(crate) key: String,
}

impl Deref for Shop {
    type Target = Client;

    fn deref(&self) -> &Client {
        &self.orders
    }
}

impl Shop {
    /// An open shop: goods `A` (10.00, wholesale from 6 at 8.00, from 12 at 7.00), `B` (5.00), `LAST` (20.00), postage
    /// `POST` (3.00); tax 10 % in US-NY only; the warehouse is in US-CA.
    pub(crate) async fn open(stock: &[(&str, i64)]) -> Self {
        let database = |service| native::database(service).unwrap();
        let products = database(Service::Product);
        let house = House::new()
            .with(Product, products.clone())
            .with(Inventory, database(Service::Inventory))
            .with(Order, database(Service::Order));
        house.set("PAYMENT_PROVIDER", "test");
        let orders = house.client(Service::Order).by(Role::Manager);
        let mut shop = Self { orders, products, key: String::new() };
        shop.furnish().await;
        shop.key = shop.enrol("T1").await;
        // As the gateway has told.
        let carla = "insert into cashiers (id, state, version) values ('carla', 'Active', 1)";
        shop.database().script(carla).unwrap();
        shop.orders = shop.orders.with(&[("till-key", &shop.key)]);
        for (sku, units) in stock {
            shop.receive(sku, *units).await;
        }
        shop.house.settle().await;
        shop
    }

    /// The same orders and catalogue in a house where inventory does not answer.
    pub(crate) fn without_inventory(&self) -> Self {
        let house = House::new().with(Product, self.products.clone()).with(Order, self.database());
        house.set("PAYMENT_PROVIDER", "test");
        house.keep_order_tokens_of(&self.house);
        let orders = house.client(Service::Order).by(Role::Manager).with(&[("till-key", &self.key)]);
        Self { orders, ..self.clone() }
    }

    /// Enrols a till in the shop; its key.
    pub(crate) async fn enrol(&self, terminal: &str) -> String {
        let body =
            json!({ "terminalId": terminal, "warehouseId": SHOP, "device": format!("Device of {terminal}") });
        let enrolled = self.post("/orders/pos/terminals", body).await.expect(201);
        enrolled["key"].as_str().unwrap().to_owned()
    }

    async fn furnish(&self) {
        let body = json!({ "id": SHOP, "code": "SHOP", "name": "Shop", "region": "US-CA" });
        self.at(Service::Inventory).post("/inventory/warehouses", body).await.expect(201);
        let tiers = json!([
            { "minimumQuantity": 12, "unitPrice": usd("7.00") },
            { "minimumQuantity": 6, "unitPrice": usd("8.00") },
        ]);
        let terms = json!({ "minimumQuantity": 6, "tiers": tiers });
        for (sku, price, kind, terms) in [
            ("A", "10.00", "Goods", Some(terms.clone())),
            ("B", "5.00", "Goods", Some(json!({ "minimumQuantity": 2, "tiers": [] }))),
            ("LAST", "20.00", "Goods", None),
            ("POST", "3.00", "Shipping", None),
        ] {
            let barcode = format!("4000{sku}");
            let variant = json!({ "sku": sku, "name": sku, "barcode": barcode, "kind": kind, "price": usd(price), "wholesale": terms });
            let body = json!({ "name": format!("Thing {sku}"), "status": "Active", "variants": [variant] });
            self.at(Service::Product).post("/products", body).await.expect(201);
        }
        self.house.settle().await;
        for (id, kind, email) in [(BUYER, "Wholesale", "buyer@b2b.test"), (ADA, "Retail", "ada@home.test")] {
            let body = json!({
                "id": id, "name": "Buyer", "email": email, "type": kind,
                "creditLimit": if kind == "Wholesale" { usd("1000.00") } else { usd("0") },
            });
            self.post("/customers", body).await.expect(201);
        }
        let rate = json!({ "region": "US-NY", "taxClass": "standard", "name": "Sales tax", "rate": "10", "inclusive": false });
        self.by(ACCOUNTANT).put("/tax-rates", rate).await.expect(200);
    }

    /// Goods come in at 4.00 each.
    pub(crate) async fn receive(&self, sku: &str, units: i64) {
        let item = json!({ "sku": sku, "delta": units, "unitCost": usd("4.00") });
        let body = json!({ "warehouseId": SHOP, "reason": "Received", "items": [item] });
        self.at(Service::Inventory).post("/inventory/adjustments", body).await.expect(201);
    }

    /// What the warehouse holds of a SKU.
    pub(crate) async fn on_hand(&self, sku: &str) -> i64 {
        let body = json!({ "warehouseId": SHOP, "items": [{ "sku": sku, "quantity": 1 }] });
        let answer = self.at(Service::Inventory).post("/inventory/check-availability", body).await;
        answer.expect(200)["items"][0]["onHand"].as_i64().unwrap()
    }

    /// A guest's order of these SKUs; its id.
    pub(crate) async fn guest_order(&self, items: &[(&str, i64)]) -> String {
        let order = self.by(GUEST).post("/orders/retail", retail_body(items)).await.expect(201);
        order["id"].as_str().unwrap().to_owned()
    }

    /// Pays a retail order with a card.
    pub(crate) async fn pay(&self, order: &str, token: &str) -> Answer {
        self.by(GUEST).post(&format!("/orders/retail/{order}/confirm"), card(token)).await
    }

    /// The order as it is now.
    pub(crate) async fn order(&self, id: &str) -> Value {
        self.get(&format!("/orders/{id}")).await.expect(200)
    }

    /// The sweep takes up what stopped; how much.
    pub(crate) async fn sweep(&self) -> i64 {
        self.house.sweep(Service::Order).await.unwrap()
    }

    pub(crate) async fn events_of(&self, order: &str) -> Vec<&'static str> {
        let events = self.events().await;
        // Mails are counted by what they say.
        let is_news = |event: &Envelope| event.kind != contracts::EventKind::MailRequested;
        let about = |(_, event): &&(String, Envelope)| is_news(event) && event.data.get().contains(order);
        events.iter().filter(about).map(|(_, event)| event.kind.name()).collect()
    }

    /// A number from the order service's own tables.
    pub(crate) async fn number(&self, text: &'static str, parameter: &str) -> i64 {
        #[derive(serde::Deserialize)]
        struct Number {
            n: i64,
        }
        let sql = Sql { name: "NUMBER", text, scan: None };
        let rows = self.database().query(sql.bind([parameter.into_value()])).await.unwrap();
        rows.first::<Number>().unwrap().unwrap().n
    }

    /// What the wholesale customer owes, in cents.
    pub(crate) async fn exposure(&self) -> i64 {
        self.number("select owed_minor as n from customers where id = ?1", BUYER).await
    }
}

/// A guest's order.
pub(crate) fn retail_body(items: &[(&str, i64)]) -> Value {
    let items: Vec<Value> =
        items.iter().map(|(sku, quantity)| json!({ "sku": sku, "quantity": quantity })).collect();
    json!({ "warehouseId": SHOP, "customer": { "email": "Guest@Home.test", "name": "Gus" }, "items": items })
}

pub(crate) fn card(token: &str) -> Value {
    json!({ "payment": { "method": "Card", "token": token } })
}
