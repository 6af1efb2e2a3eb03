//! A shop for tests: the real order, product and inventory services over SQLite, with goods in stock.
#![allow(dead_code, unreachable_pub, reason = "each test file uses a part of it")]

use contracts::Service;
use inventory::Inventory;
use kernel::ids::CustomerId;
use kernel::{Currency, Money, Tenant};
use native::House;
use order::Order;
use platform::World;
use product::Product;
use serde_json::{Value, json};
use store::{Sqlite, Statement};
use web::Role;
use web::tokens::{Claims, sign};

/// The shop's warehouse.
pub const WAREHOUSE: &str = "0193e9a0-0000-7000-8000-00000000aaaa";

/// The three services with a warehouse in New York State and five variants.
pub struct Shop {
    /// All services.
    pub house: House,
    /// The order service alone, over the same database: nobody answers its calls.
    pub lonely: House,
}

/// An answer.
pub struct Answer {
    pub status: u16,
    pub headers: http::HeaderMap,
    pub text: String,
}

impl Answer {
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap_or_else(|_| panic!("{}", self.text))
    }

    /// The body of an answer with this status.
    pub fn expect(self, status: u16) -> Value {
        assert_eq!(self.status, status, "{}", self.text);
        self.json()
    }

    /// The problem with this status and code.
    pub fn problem(self, status: u16, code: &str) -> Value {
        let body = self.expect(status);
        assert_eq!(body["code"], code, "{body}");
        body
    }
}

fn database(service: &str) -> Sqlite {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../migrations").join(service);
    Sqlite::in_memory(&native::migrations(&folder).unwrap()).unwrap()
}

/// Money in the currency of the tests.
pub fn usd(amount: &str) -> Value {
    json!({ "amount": amount, "currency": "USD" })
}

impl Shop {
    pub async fn open() -> Self {
        let orders = database("order");
        let house = House::new()
            .with(Order, orders.clone())
            .with(Inventory, database("inventory"))
            .with(Product, database("product"));
        let shop = Self { house, lonely: House::new().with(Order, orders) };
        shop.house.set("PAYMENT_PROVIDER", "test");
        shop.lonely.set("PAYMENT_PROVIDER", "test");
        shop.stock_up().await;
        shop
    }

    async fn stock_up(&self) {
        let warehouse =
            json!({ "id": WAREHOUSE, "code": "MAIN", "name": "Harbour Street", "region": "US-NY" });
        let made =
            self.ask(Service::Inventory, Role::Manager, "POST", "/inventory/warehouses", &warehouse).await;
        made.expect(201);
        let variant = |sku: &str, kind: &str, price: &str| json!({ "sku": sku, "name": sku, "kind": kind, "price": usd(price) });
        let mut mug = variant("MUG", "Goods", "0.10");
        mug["wholesale"] = json!({ "minimumQuantity": 1, "tiers": [] });
        let product = json!({
            "name": "Things", "status": "Active", "taxClass": "standard",
            "variants": [mug, variant("PEN", "Goods", "7.00"), variant("POST", "Shipping", "5.00"), variant("OFF", "Discount", "2.00"), variant("FEE", "Fee", "1.00")],
        });
        self.ask(Service::Product, Role::Manager, "POST", "/products", &product).await.expect(201);
        self.house.settle().await;
        let received = json!({ "warehouseId": WAREHOUSE, "reason": "Received", "items": [
            { "sku": "MUG", "delta": 100, "unitCost": usd("0.05") }, { "sku": "PEN", "delta": 10, "unitCost": usd("3.00") } ] });
        self.ask(Service::Inventory, Role::Manager, "POST", "/inventory/adjustments", &received)
            .await
            .expect(201);
        self.house.settle().await;
    }

    /// Asks a service as a user of this role.
    pub async fn ask(&self, service: Service, role: Role, method: &str, path: &str, body: &Value) -> Answer {
        request(&self.house, service, (role, None), method, path, &[], body).await
    }

    /// Asks the order service.
    pub async fn order(&self, role: Role, method: &str, path: &str, body: &Value) -> Answer {
        self.ask(Service::Order, role, method, path, body).await
    }

    /// Asks the order service with headers.
    pub async fn order_with(
        &self,
        role: Role,
        method: &str,
        path: &str,
        headers: &[(&str, &str)],
        body: &Value,
    ) -> Answer {
        request(&self.house, Service::Order, (role, None), method, path, headers, body).await
    }

    /// Asks the order service as somebody who acts for a customer.
    pub async fn as_customer(&self, customer: &str, method: &str, path: &str, body: &Value) -> Answer {
        let customer = CustomerId::parse(customer);
        request(&self.house, Service::Order, (Role::Wholesaler, customer), method, path, &[], body).await
    }

    /// Sells at the till; the order.
    pub async fn sell(&self, items: Value, payments: Value) -> Value {
        let sale =
            json!({ "terminalId": "TILL-1", "warehouseId": WAREHOUSE, "items": items, "payments": payments });
        self.order(Role::Manager, "POST", "/orders/pos", &sale).await.expect(201)
    }

    /// Buys on the web with a card.
    pub async fn buy_with_card(&self, items: Value, token: &str) -> Value {
        let order = json!({ "warehouseId": WAREHOUSE, "customer": { "email": "ada@example.org", "name": "Ada" }, "items": items });
        let order = self.order(Role::Customer, "POST", "/orders/retail", &order).await.expect(201);
        let payment = json!({ "payment": { "method": "Card", "token": token } });
        let path = format!("/orders/retail/{}/confirm", id(&order));
        self.order(Role::Customer, "POST", &path, &payment).await.expect(200)
    }

    /// What the warehouse holds of a SKU: units and their value in cents.
    pub async fn stock(&self, sku: &str) -> (i64, i64) {
        #[derive(serde::Deserialize)]
        struct Stock {
            units: i64,
            value: i64,
        }
        let sql = "select on_hand as units, value_minor as value from stock where sku = ?1";
        let world = self.house.world(Service::Inventory).unwrap();
        let statement = Statement { text: sql, values: vec![store::Value::Text(sku.to_owned())] };
        let stock: Stock = world
            .database(&Tenant::main())
            .unwrap()
            .query(statement)
            .await
            .unwrap()
            .first()
            .unwrap()
            .unwrap();
        (stock.units, stock.value)
    }

    /// The `OrderRefunded` events published so far.
    pub async fn refund_events(&self) -> Vec<Value> {
        #[derive(serde::Deserialize)]
        struct Message {
            body: String,
        }
        let sql = "select body from outbox where body like '%\"OrderRefunded\"%' order by created_at, id";
        let world = self.house.world(Service::Order).unwrap();
        let rows = world
            .database(&Tenant::main())
            .unwrap()
            .query(Statement { text: sql, values: vec![] })
            .await
            .unwrap();
        rows.read::<Message>().unwrap().iter().map(|row| serde_json::from_str(&row.body).unwrap()).collect()
    }

    /// The minute passes: what stopped is taken up again.
    pub async fn sweep(&self) {
        self.house.advance_seconds(60);
        self.house.sweep(Service::Order).await.unwrap();
        self.house.settle().await;
    }

    /// The order service's own checks all hold.
    pub async fn reconcile(&self) {
        let found = self.order(Role::System, "GET", "/internal/reconciliation", &json!({})).await.expect(200);
        for check in found["checks"].as_array().unwrap() {
            assert_eq!(check["ok"], true, "{check}");
        }
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

/// An amount of dollars as an event tells it.
pub fn told(amount: &str) -> Value {
    let minor = Money::parse(amount, Currency::USD).unwrap().minor();
    json!({ "minor": minor, "currency": "USD" })
}

/// Asks a service of a house.
pub async fn request(
    house: &House,
    service: Service,
    (role, cid): (Role, Option<CustomerId>),
    method: &str,
    path: &str,
    headers: &[(&str, &str)],
    body: &Value,
) -> Answer {
    let world = house.world(service).unwrap();
    let claims = Claims {
        iss: "gateway".to_owned(),
        aud: service.name().to_owned(),
        sub: "ada".to_owned(),
        role,
        ten: Tenant::main(),
        cid,
    };
    let token = sign(&world, "SERVICE_TOKEN_KEY", &claims, 60).unwrap();
    let mut builder = http::Request::builder().method(method).uri(path);
    builder = builder.header("authorization", format!("Bearer {token}"));
    for (name, value) in headers {
        builder = builder.header(*name, *value);
    }
    let bytes = if method == "GET" { Vec::new() } else { body.to_string().into_bytes() };
    let response = house.request(service, builder.body(bytes).unwrap()).await.unwrap();
    Answer {
        status: response.status().as_u16(),
        headers: response.headers().clone(),
        text: String::from_utf8(response.into_body()).unwrap(),
    }
}
