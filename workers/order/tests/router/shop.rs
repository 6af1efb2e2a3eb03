//! A house with catalogue, inventory and orders, and what the tests ask of it.

use std::path::Path;

use contracts::{Envelope, Event, Service};
use inventory::Inventory;
use kernel::Tenant;
use kernel::ids::CustomerId;
use native::{House, NativeWorld, Request, Response};
use order::Order;
use platform::World;
use product::Product;
use serde_json::{Value, json};
use store::{Database, IntoValue, Sql, Sqlite};
use web::Role;
use web::tokens::{self, Claims};

/// Where goods come from.
pub(crate) const SHOP: &str = "0193e9a0-0000-7000-8000-00000000a001";
/// A wholesale customer with a limit of 1,000.00 and the terms Net30.
pub(crate) const BUYER: &str = "0193e9a0-0000-7000-8000-00000000c001";
/// A retail customer with an account.
pub(crate) const ADA: &str = "0193e9a0-0000-7000-8000-00000000c002";

/// An answer: status, headers that matter, body.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) etag: Option<String>,
    pub(crate) replayed: bool,
    pub(crate) timing: String,
    pub(crate) text: String,
}

impl Answer {
    pub(crate) fn read(response: &Response) -> Self {
        let header =
            |name: &str| response.headers().get(name).map(|value| value.to_str().unwrap().to_owned());
        Self {
            status: response.status().as_u16(),
            etag: header("etag"),
            replayed: header("idempotent-replayed").is_some(),
            timing: header("server-timing").unwrap_or_default(),
            text: String::from_utf8(response.body().clone()).unwrap(),
        }
    }

    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap_or(Value::Null)
    }

    /// The body of an answer that must have this status.
    #[track_caller]
    pub(crate) fn expect(&self, status: u16) -> Value {
        assert_eq!(self.status, status, "{}", self.text);
        self.json()
    }

    /// The pointers of a refusal with this status and code.
    #[track_caller]
    pub(crate) fn refusal(&self, status: u16, code: &str) -> Vec<String> {
        let body = self.expect(status);
        assert_eq!(body["code"], code, "{}", self.text);
        let errors = body["errors"].as_array().cloned().unwrap_or_default();
        errors.iter().map(|error| error["pointer"].as_str().unwrap().to_owned()).collect()
    }
}

/// Who asks.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Who {
    pub(crate) role: Role,
    pub(crate) customer: Option<&'static str>,
}

pub(crate) const GUEST: Who = Who { role: Role::Guest, customer: None };
pub(crate) const MANAGER: Who = Who { role: Role::Manager, customer: None };
pub(crate) const ACCOUNTANT: Who = Who { role: Role::Accountant, customer: None };
pub(crate) const CASHIER: Who = Who { role: Role::Cashier, customer: None };
pub(crate) const WHOLESALER: Who = Who { role: Role::Wholesaler, customer: Some(BUYER) };
pub(crate) const CUSTOMER: Who = Who { role: Role::Customer, customer: Some(ADA) };
pub(crate) const SYSTEM: Who = Who { role: Role::System, customer: None };

/// The three services over databases in memory.
#[derive(Clone)]
pub(crate) struct Shop {
    pub(crate) house: House,
    products: Sqlite,
    orders: Sqlite,
}

pub(crate) fn usd(amount: &str) -> Value {
    json!({ "amount": amount, "currency": "USD" })
}

/// An id that stays the same from run to run.
pub(crate) fn id(number: u32) -> String {
    format!("0193e9a0-0000-7000-8000-{number:012}")
}

fn database(service: &str) -> Sqlite {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../migrations").join(service);
    Sqlite::in_memory(&native::migrations(&folder).unwrap()).unwrap()
}

impl Shop {
    /// An open shop: goods `A` (10.00, wholesale from 6 at 8.00, from 12 at 7.00), `B` (5.00), `LAST` (20.00), postage
    /// `POST` (3.00); tax 10 % in US-NY only; the warehouse is in US-CA.
    pub(crate) async fn open(stock: &[(&str, i64)]) -> Self {
        let (products, orders) = (database("product"), database("order"));
        let house = House::new()
            .with(Product, products.clone())
            .with(Inventory, database("inventory"))
            .with(Order, orders.clone());
        house.set("PAYMENT_PROVIDER", "test");
        let shop = Self { house, products, orders };
        shop.furnish().await;
        for (sku, units) in stock {
            shop.receive(sku, *units).await;
        }
        shop.house.settle().await;
        shop
    }

    /// The same orders and catalogue in a house where inventory does not answer.
    pub(crate) fn without_inventory(&self) -> Self {
        let house = House::new().with(Product, self.products.clone()).with(Order, self.orders.clone());
        house.set("PAYMENT_PROVIDER", "test");
        Self { house, ..self.clone() }
    }

    async fn furnish(&self) {
        let body = json!({ "id": SHOP, "code": "SHOP", "name": "Shop", "region": "US-CA" });
        self.ask(Service::Inventory, MANAGER, "POST", "/inventory/warehouses", None, Some(body))
            .await
            .expect(201);
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
            self.ask(Service::Product, MANAGER, "POST", "/products", None, Some(body)).await.expect(201);
        }
        self.house.settle().await;
        for (id, kind, email) in [(BUYER, "Wholesale", "buyer@b2b.test"), (ADA, "Retail", "ada@home.test")] {
            let body = json!({
                "id": id, "name": "Buyer", "email": email, "type": kind,
                "creditLimit": if kind == "Wholesale" { usd("1000.00") } else { usd("0") },
            });
            self.post(MANAGER, "/customers", body).await.expect(201);
        }
        let rate = json!({ "region": "US-NY", "taxClass": "standard", "name": "Sales tax", "rate": "10", "inclusive": false });
        self.ask(Service::Order, ACCOUNTANT, "PUT", "/tax-rates", None, Some(rate)).await.expect(200);
    }

    /// Goods come in at 4.00 each.
    pub(crate) async fn receive(&self, sku: &str, units: i64) {
        let item = json!({ "sku": sku, "delta": units, "unitCost": usd("4.00") });
        let body = json!({ "warehouseId": SHOP, "reason": "Received", "items": [item] });
        self.ask(Service::Inventory, MANAGER, "POST", "/inventory/adjustments", None, Some(body))
            .await
            .expect(201);
    }

    /// What the warehouse holds of a SKU.
    pub(crate) async fn on_hand(&self, sku: &str) -> i64 {
        let body = json!({ "warehouseId": SHOP, "items": [{ "sku": sku, "quantity": 1 }] });
        let answer = self
            .ask(Service::Inventory, MANAGER, "POST", "/inventory/check-availability", None, Some(body))
            .await;
        answer.expect(200)["items"][0]["onHand"].as_i64().unwrap()
    }

    pub(crate) async fn ask(
        &self,
        service: Service,
        who: Who,
        method: &str,
        path: &str,
        key: Option<&str>,
        body: Option<Value>,
    ) -> Answer {
        let mut headers = Vec::new();
        if let Some(key) = key {
            headers.push(("idempotency-key", key));
        }
        self.send(service, who, method, path, &headers, body.map(|body| body.to_string()).unwrap_or_default())
            .await
    }

    pub(crate) async fn send(
        &self,
        service: Service,
        who: Who,
        method: &str,
        path: &str,
        headers: &[(&str, &str)],
        body: String,
    ) -> Answer {
        let request = self.request(service, who, method, path, headers, body);
        Answer::read(&self.house.request(service, request).await.unwrap())
    }

    /// A request with a token of the gateway.
    pub(crate) fn request(
        &self,
        service: Service,
        who: Who,
        method: &str,
        path: &str,
        headers: &[(&str, &str)],
        body: String,
    ) -> Request {
        let claims = Claims {
            iss: "gateway".to_owned(),
            aud: service.name().to_owned(),
            sub: format!("user-{}", who.role.as_str()),
            role: who.role,
            ten: Tenant::main(),
            cid: who.customer.and_then(CustomerId::parse),
        };
        let token = tokens::sign(&self.world(), "SERVICE_TOKEN_KEY", &claims, 60).unwrap();
        let mut request = http::Request::builder()
            .method(method)
            .uri(path)
            .header("x-request-id", "r-1")
            .header("authorization", format!("Bearer {token}"));
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        request.body(body.into()).unwrap()
    }

    pub(crate) async fn get(&self, who: Who, path: &str) -> Answer {
        self.ask(Service::Order, who, "GET", path, None, None).await
    }

    pub(crate) async fn post(&self, who: Who, path: &str, body: Value) -> Answer {
        self.ask(Service::Order, who, "POST", path, None, Some(body)).await
    }

    pub(crate) async fn post_with_key(&self, who: Who, path: &str, key: &str, body: Value) -> Answer {
        self.ask(Service::Order, who, "POST", path, Some(key), Some(body)).await
    }

    pub(crate) async fn put(&self, who: Who, path: &str, body: Value) -> Answer {
        self.ask(Service::Order, who, "PUT", path, None, Some(body)).await
    }

    pub(crate) fn world(&self) -> NativeWorld {
        self.house.world(Service::Order).unwrap()
    }

    /// The order service's own.
    pub(crate) fn database(&self) -> &Sqlite {
        &self.orders
    }

    /// A guest's order of these SKUs; its id.
    pub(crate) async fn guest_order(&self, items: &[(&str, i64)]) -> String {
        let order = self.post(GUEST, "/orders/retail", retail_body(items)).await.expect(201);
        order["id"].as_str().unwrap().to_owned()
    }

    /// Pays a retail order with a card.
    pub(crate) async fn pay(&self, order: &str, token: &str) -> Answer {
        self.post(GUEST, &format!("/orders/retail/{order}/confirm"), card(token)).await
    }

    /// The order as it is now.
    pub(crate) async fn order(&self, id: &str) -> Value {
        self.get(MANAGER, &format!("/orders/{id}")).await.expect(200)
    }

    /// The sweep takes up what stopped; how much.
    pub(crate) async fn sweep(&self) -> i64 {
        self.house.sweep(Service::Order).await.unwrap()
    }

    /// Every event in the order service's outbox.
    pub(crate) async fn events(&self) -> Vec<Envelope> {
        #[derive(serde::Deserialize)]
        struct Body {
            body: String,
        }
        const BODIES: Sql =
            Sql { name: "BODIES", text: "select body from outbox order by rowid", scan: None };
        let rows = self.database().query(BODIES.bind([])).await.unwrap();
        let rows = rows.read::<Body>().unwrap();
        rows.iter().map(|row| Envelope::parse(&row.body).unwrap()).collect()
    }

    pub(crate) async fn event_names(&self, order: &str) -> Vec<&'static str> {
        let events = self.events().await;
        let about = |event: &&Envelope| event.data.get().contains(order);
        events.iter().filter(about).map(|event| event.kind.name()).collect()
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
        self.number("select exposure_minor as n from customers where id = ?1", BUYER).await
    }

    /// Hands over an event of another service.
    pub(crate) async fn tell(&self, event: &Event) {
        let envelope = Envelope {
            id: platform::new_id(&self.world()).unwrap().into(),
            kind: event.kind(),
            version: event.kind().version(),
            tenant: Tenant::main(),
            service_source: "accounting".to_owned(),
            entity_type: event.kind().entity_type().to_owned(),
            entity_id: "x".to_owned(),
            timestamp: self.world().now(),
            correlation_id: "r".to_owned(),
            traceparent: None,
            data: event.data().unwrap(),
        };
        let message = json!({ "id": envelope.id, "queue": "order-inbox", "body": envelope.to_json() });
        let answer =
            self.post(SYSTEM, "/internal/events", json!({ "messages": [message] })).await.expect(200);
        assert_eq!(answer["settled"].as_array().unwrap().len(), 1, "{:?}", self.house.take_log());
    }

    /// Every check of the service must hold.
    pub(crate) async fn assert_reconciled(&self) {
        let report = self.get(SYSTEM, "/internal/reconciliation").await.expect(200);
        for check in report["checks"].as_array().unwrap() {
            assert_eq!(check["ok"], true, "{check}");
        }
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
