//! A house with the inventory service alone, and what the tests ask of it.

use std::path::Path;
use std::sync::Arc;

use contracts::events::{ProductData, VariantData};
use contracts::terms::LineKind;
use contracts::{Envelope, Event, Service};
use inventory::Inventory;
use kernel::ids::{MessageId, ProductId};
use kernel::text::{Name, Sku};
use kernel::{Tenant, Timestamp};
use native::{House, NativeWorld};
use platform::World;
use serde_json::{Value, json};
use store::{Database, Sql, Sqlite};
use web::Role;
use web::tokens::{self, Claims};

/// The shop in which most tests sell.
pub(crate) const SHOP: &str = "0193e9a0-0000-7000-8000-00000000a001";
/// The warehouse behind it.
pub(crate) const STORE: &str = "0193e9a0-0000-7000-8000-00000000a002";

/// An answer: status, headers that matter, body.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) etag: Option<String>,
    pub(crate) replayed: bool,
    pub(crate) text: String,
}

impl Answer {
    pub(crate) fn of(response: &native::Response) -> Self {
        let header =
            |name: &str| response.headers().get(name).map(|value| value.to_str().unwrap().to_owned());
        Self {
            status: response.status().as_u16(),
            etag: header("etag"),
            replayed: header("idempotent-replayed").is_some(),
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
}

/// A request being made.
pub(crate) struct Ask<'a> {
    pub(crate) method: &'a str,
    pub(crate) path: &'a str,
    pub(crate) role: Role,
    pub(crate) headers: Vec<(&'a str, String)>,
    pub(crate) body: Option<Value>,
}

/// The inventory service over a database in memory.
#[derive(Clone)]
pub(crate) struct Shop {
    pub(crate) house: House,
}

impl Shop {
    /// An empty house.
    pub(crate) fn empty() -> Self {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../migrations/inventory");
        let database = Sqlite::in_memory(&native::migrations(&folder).unwrap()).unwrap();
        Self { house: House::new().with(Inventory, database) }
    }

    /// Two warehouses that keep these SKUs, of one product.
    pub(crate) async fn with(skus: &[&str]) -> Self {
        let shop = Self::empty();
        for (id, code) in [(SHOP, "SHOP"), (STORE, "STORE")] {
            let body = json!({ "id": id, "code": code, "name": code, "region": "US-CA" });
            shop.post("/inventory/warehouses", body).await.expect(201);
        }
        shop.tell(Event::ProductCreated(product(1, skus))).await;
        shop
    }

    pub(crate) fn world(&self) -> NativeWorld {
        self.house.world(Service::Inventory).unwrap()
    }

    pub(crate) fn database(&self) -> Arc<dyn Database> {
        self.world().database(&Tenant::main()).unwrap()
    }

    pub(crate) async fn ask(&self, ask: Ask<'_>) -> Answer {
        Answer::of(&self.response(ask).await)
    }

    /// The answer with all its headers.
    pub(crate) async fn response(&self, ask: Ask<'_>) -> native::Response {
        self.house.request(Service::Inventory, self.request(ask)).await.unwrap()
    }

    pub(crate) fn request(&self, ask: Ask<'_>) -> native::Request {
        let claims = Claims {
            iss: "gateway".to_owned(),
            aud: "inventory".to_owned(),
            sub: "u-1".to_owned(),
            role: ask.role,
            ten: Tenant::main(),
            cid: None,
        };
        let token = tokens::sign(&self.world(), "SERVICE_TOKEN_KEY", &claims, 60).unwrap();
        let mut request = http::Request::builder()
            .method(ask.method)
            .uri(ask.path)
            .header("x-request-id", "r-1")
            .header("authorization", format!("Bearer {token}"));
        for (name, value) in &ask.headers {
            request = request.header(*name, value);
        }
        let body = ask.body.map(|body| body.to_string()).unwrap_or_default();
        request.body(body.into()).unwrap()
    }

    pub(crate) async fn get(&self, path: &str) -> Answer {
        self.ask(Ask { method: "GET", path, role: Role::Admin, headers: vec![], body: None }).await
    }

    pub(crate) async fn post(&self, path: &str, body: Value) -> Answer {
        self.ask(Ask { method: "POST", path, role: Role::Admin, headers: vec![], body: Some(body) }).await
    }

    pub(crate) async fn put(&self, path: &str, body: Value) -> Answer {
        self.ask(Ask { method: "PUT", path, role: Role::Admin, headers: vec![], body: Some(body) }).await
    }

    pub(crate) async fn post_with_key(&self, path: &str, key: &str, body: Value) -> Answer {
        let headers = vec![("idempotency-key", key.to_owned())];
        self.ask(Ask { method: "POST", path, role: Role::Admin, headers, body: Some(body) }).await
    }

    /// As the order service asks, on its own behalf.
    pub(crate) async fn internal(&self, method: &str, path: &str, body: Option<Value>) -> Answer {
        self.ask(Ask { method, path, role: Role::System, headers: vec![], body }).await
    }

    /// Hands over an event of the catalogue, at the house's time.
    pub(crate) async fn tell(&self, event: Event) {
        self.tell_at(event, self.world().now()).await;
    }

    pub(crate) async fn tell_at(&self, event: Event, timestamp: Timestamp) {
        assert!(self.deliver(&self.message(&event, timestamp)).await, "{:?}", self.house.take_log());
    }

    /// A message of the catalogue.
    pub(crate) fn message(&self, event: &Event, timestamp: Timestamp) -> Envelope {
        Envelope {
            id: MessageId(platform::new_id(&self.world()).unwrap()),
            kind: event.kind(),
            version: event.kind().version(),
            tenant: Tenant::main(),
            service_source: "product".to_owned(),
            entity_type: event.kind().entity_type().to_owned(),
            entity_id: "p".to_owned(),
            timestamp,
            correlation_id: "r".to_owned(),
            traceparent: None,
            data: event.data().unwrap(),
        }
    }

    /// Whether a message is settled.
    pub(crate) async fn deliver(&self, envelope: &Envelope) -> bool {
        let id = envelope.id.to_string();
        let message = json!({ "id": id, "queue": "inventory-inbox", "body": envelope.to_json() });
        let body = json!({ "messages": [message] });
        let answer = self.internal("POST", "/internal/events", Some(body)).await.expect(200);
        answer["settled"] == json!([id])
    }

    /// Goods bought: units at a cost each.
    pub(crate) async fn receive(&self, warehouse: &str, sku: &str, units: i64, unit_cost: &str) {
        let item = json!({ "sku": sku, "delta": units, "unitCost": usd(unit_cost) });
        let body = json!({ "warehouseId": warehouse, "reason": "Received", "items": [item] });
        self.post("/inventory/adjustments", body).await.expect(201);
    }

    pub(crate) async fn deduct(&self, order: &str, items: &[(&str, i64)]) -> Answer {
        self.internal("POST", "/inventory/deduct", Some(sale(order, items))).await
    }

    /// Units and value of a SKU in a warehouse.
    pub(crate) async fn held(&self, warehouse: &str, sku: &str) -> (i64, String) {
        let path = format!("/inventory/stock?warehouseId={warehouse}&sku={sku}");
        let row = self.get(&path).await.expect(200)["data"][0].clone();
        (row["onHand"].as_i64().unwrap(), row["value"]["amount"].as_str().unwrap().to_owned())
    }

    /// Every event published so far, oldest first, each read as its readers read it, with its queue.
    pub(crate) async fn events(&self) -> Vec<(String, Envelope)> {
        #[derive(serde::Deserialize)]
        struct Row {
            queue: String,
            body: String,
        }
        const ALL: Sql =
            Sql { name: "ALL", text: "select queue, body from outbox order by rowid", scan: None };
        let rows: Vec<Row> = self.database().query(ALL.bind([])).await.unwrap().read().unwrap();
        rows.into_iter().map(|row| (row.queue, Envelope::parse(&row.body).unwrap())).collect()
    }

    /// The names of the events published so far, without those of the set-up.
    pub(crate) async fn event_names(&self) -> Vec<&'static str> {
        let events = self.events().await;
        let names = events.iter().map(|(_, envelope)| envelope.kind.name());
        names.filter(|name| *name != "WarehouseChanged").collect()
    }

    /// Runs a statement that no service would; the rule that refuses it.
    pub(crate) async fn tamper(&self, text: &'static str) -> Option<String> {
        let statement = Sql { name: "TAMPER", text, scan: None };
        let outcome = self.database().query(statement.bind([])).await;
        outcome.err().map(|error| error.rule().unwrap_or("none").to_owned())
    }

    /// The service's own audit finds nothing.
    #[track_caller]
    pub(crate) fn assert_reconciled(reconciliation: &Value) {
        for check in reconciliation["checks"].as_array().unwrap() {
            assert_eq!(check["ok"], true, "{check}");
        }
    }

    pub(crate) async fn reconcile(&self) -> Value {
        self.internal("GET", "/internal/reconciliation", None).await.expect(200)
    }
}

/// An amount of dollars.
pub(crate) fn usd(amount: &str) -> Value {
    json!({ "amount": amount, "currency": "USD" })
}

/// The id of the test's n-th order, refund or adjustment.
pub(crate) fn id(n: u32) -> String {
    format!("0193e9a0-0000-7000-8000-{n:012}")
}

/// The request of the order service.
pub(crate) fn deduction(body: Value) -> Ask<'static> {
    Ask { method: "POST", path: "/inventory/deduct", role: Role::System, headers: vec![], body: Some(body) }
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
