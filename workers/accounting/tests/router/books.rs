//! A house with the accounting service alone; requests to it, messages to it, and what they look like.

use std::path::Path;

use accounting::Accounting;
use contracts::{Envelope, Event, EventKind, Service};
use kernel::ids::MessageId;
use kernel::{Currency, Money, Timestamp};
use native::House;
use platform::World as _;
use serde_json::{Value, json};
use store::{Database as _, Sqlite};
use web::tokens::Claims;
use web::{Role, tokens};

/// An event of its JSON.
pub(crate) fn read(event: &Value) -> Event {
    let kind = EventKind::parse(event["type"].as_str().unwrap()).unwrap();
    Event::of(kind, &event["data"].to_string()).unwrap()
}

/// The books, as a caller of the house sees them.
pub(crate) struct Books {
    pub(crate) house: House,
}

/// An answer, read.
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: http::HeaderMap,
    pub(crate) text: String,
    pub(crate) body: Value,
}

impl Answer {
    /// The body of a success.
    #[track_caller]
    pub(crate) fn ok(self) -> Value {
        assert!(self.status < 300, "{} {}", self.status, self.text);
        self.body
    }

    /// Status, code, and pointer of the first field of a problem.
    pub(crate) fn problem(&self) -> (u16, &str, &str) {
        let word = |value: &'_ Value| value.as_str().unwrap_or("").to_owned();
        assert!(!word(&self.body["requestId"]).is_empty(), "{}", self.text);
        let code = self.body["code"].as_str().unwrap();
        (self.status, code, self.body["errors"][0]["pointer"].as_str().unwrap_or(""))
    }
}

impl Books {
    pub(crate) fn new() -> Self {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../migrations/accounting");
        let database = Sqlite::in_memory(&native::migrations(&folder).unwrap()).unwrap();
        Self { house: House::new().with(Accounting, database) }
    }

    /// A request of a role, with headers.
    pub(crate) async fn ask(
        &self,
        role: Role,
        method: &str,
        path: &str,
        headers: &[(&str, &str)],
        body: Option<&Value>,
    ) -> Answer {
        let world = self.house.world(Service::Accounting).unwrap();
        let claims = Claims {
            iss: "gateway".to_owned(),
            aud: "accounting".to_owned(),
            sub: format!("a-{}", role.as_str()),
            role,
            ten: kernel::Tenant::main(),
            cid: None,
        };
        let token = tokens::sign(&world, "SERVICE_TOKEN_KEY", &claims, 60).unwrap();
        let mut request = http::Request::builder()
            .method(method)
            .uri(path)
            .header("authorization", format!("Bearer {token}"))
            .header("content-type", "application/json");
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let body = body.map_or_else(Vec::new, |body| body.to_string().into_bytes());
        let response = self.house.request(Service::Accounting, request.body(body).unwrap()).await.unwrap();
        let (parts, body) = response.into_parts();
        let text = String::from_utf8(body).unwrap();
        let body = serde_json::from_str(&text).unwrap_or(Value::Null);
        Answer { status: parts.status.as_u16(), headers: parts.headers, text, body }
    }

    pub(crate) async fn get(&self, path: &str) -> Answer {
        self.ask(Role::Accountant, "GET", path, &[], None).await
    }

    pub(crate) async fn post(&self, path: &str, body: Value) -> Answer {
        self.ask(Role::Accountant, "POST", path, &[], Some(&body)).await
    }

    /// The dead letters that the gateway has not fetched.
    pub(crate) async fn dead_letters(&self) -> Value {
        let first = json!({ "stored": [], "after": "" });
        let path = "/internal/outbox/dead-letters";
        self.ask(Role::System, "POST", path, &[], Some(&first)).await.ok()["waiting"].take()
    }

    /// What waits in the outbox, the oldest first.
    pub(crate) async fn outbox(&self) -> Vec<Value> {
        #[derive(serde::Deserialize)]
        struct Row {
            body: String,
        }
        let text = "select body from outbox where queue <> '' order by created_at, id";
        let database = self.house.database(Service::Accounting).unwrap();
        let rows = database.query(store::Statement { text, values: Vec::new() }).await.unwrap();
        rows.read::<Row>().unwrap().iter().map(|row| serde_json::from_str(&row.body).unwrap()).collect()
    }

    /// Hands an event over, as the relay does.
    pub(crate) async fn deliver(&self, event: Event) {
        let world = self.house.world(Service::Accounting).unwrap();
        self.deliver_as(MessageId(platform::new_id(&world).unwrap()), event).await;
    }

    /// Hands an event over in a message with this id.
    pub(crate) async fn deliver_as(&self, id: MessageId, event: Event) {
        let world = self.house.world(Service::Accounting).unwrap();
        let envelope = Envelope {
            id,
            kind: event.kind(),
            version: event.kind().version(),
            tenant: kernel::Tenant::main(),
            service_source: "order".to_owned(),
            entity_type: event.kind().entity_type().to_owned(),
            entity_id: "x".to_owned(),
            timestamp: world.now(),
            correlation_id: "test".to_owned(),
            traceparent: None,
            data: event.data().unwrap(),
        };
        let message = json!({"id": id, "queue": "accounting-inbox", "body": envelope.to_json()});
        let path = "/internal/events";
        let answer =
            self.ask(Role::System, "POST", path, &[], Some(&json!({"messages": [message]}))).await.ok();
        assert_eq!(answer["settled"], json!([id]));
    }

    /// An event as JSON: `type` and `data`.
    pub(crate) async fn deliver_json(&self, event: Value) {
        self.deliver(read(&event)).await;
    }

    /// Closing balance per account of the trial balance: `1010 10.00, 4030 -10.00`.
    pub(crate) async fn balances(&self) -> String {
        let report = self.get("/accounting/reports/trial-balance?asOf=9999-12-31").await.ok();
        assert_eq!(report["balanced"], true, "{report}");
        let rows = report["accounts"].as_array().unwrap().iter();
        let row = |row: &Value| {
            let (code, closing) = (&row["accountCode"], &row["closingBalance"]["amount"]);
            format!("{} {}", code.as_str().unwrap(), closing.as_str().unwrap())
        };
        rows.map(row).filter(|row| !row.ends_with(" 0.00")).collect::<Vec<_>>().join(", ")
    }

    /// Every check of the reconciliation holds.
    pub(crate) async fn reconciles(&self) -> Value {
        let report = self.ask(Role::System, "GET", "/internal/reconciliation", &[], None).await.ok();
        for check in report["checks"].as_array().unwrap() {
            assert_eq!(check["ok"], true, "{check}");
        }
        report
    }
}

pub(crate) fn usd(amount: &str) -> Value {
    json!({"amount": amount, "currency": "USD"})
}

/// The same as an event tells it.
pub(crate) fn told(amount: &str) -> Value {
    let minor = Money::parse(amount, Currency::USD).unwrap().minor();
    json!({"minor": minor, "currency": "USD"})
}

/// `Dr 6020 10.00, Cr 1020 10.00` as an entry's lines.
pub(crate) fn lines(text: &str) -> Value {
    text.split(',')
        .filter(|line| !line.trim().is_empty())
        .map(|line| {
            let words: Vec<&str> = line.split_whitespace().collect();
            let direction = if words[0] == "Dr" { "Debit" } else { "Credit" };
            json!({"accountCode": words[1], "direction": direction, "amount": usd(words[2])})
        })
        .collect()
}

/// A manual entry.
pub(crate) fn entry(date: &str, text: &str) -> Value {
    json!({"entryDate": date, "description": "By hand", "lines": lines(text)})
}

/// The same, posted at once.
pub(crate) fn posted(date: &str, text: &str) -> Value {
    let mut entry = entry(date, text);
    entry["post"] = json!(true);
    entry
}

/// A sale of goods: paid by `payments` (`Cash 10.80, Card 5.00`), with tax and cost.
pub(crate) struct Sale<'a> {
    pub(crate) id: u32,
    pub(crate) channel: &'a str,
    pub(crate) sold_at: &'a str,
    pub(crate) payments: &'a str,
    pub(crate) net: &'a str,
    pub(crate) tax: &'a str,
    pub(crate) cost: &'a str,
}

pub(crate) fn uuid(number: u32) -> String {
    format!("0193e9a0-0000-7000-8000-{number:012}")
}

fn parts(payments: &str) -> Vec<Value> {
    let part = |part: &str| {
        let (method, amount) = part.trim().split_once(' ').unwrap();
        json!({"method": method, "amount": told(amount)})
    };
    payments.split(',').filter(|part| !part.trim().is_empty()).map(part).collect()
}

fn total(payments: &str) -> Value {
    let amounts = payments.split(',').filter_map(|part| part.trim().split_once(' '));
    let cents: i64 = amounts.map(|(_, amount)| amount.replace('.', "").parse::<i64>().unwrap()).sum();
    json!({"minor": cents, "currency": "USD"})
}

impl Sale<'_> {
    /// The `OrderCompleted` of it.
    pub(crate) fn event(&self) -> Value {
        let id = uuid(self.id);
        let line = json!({"sku": "A", "kind": "Goods", "quantity": 1, "lineTotal": told(self.net),
            "taxAmount": told(self.tax), "unitCost": told(self.cost), "cost": told(self.cost)});
        json!({"type": "OrderCompleted", "data": {
            "orderId": id, "orderNumber": format!("ORD-2026-{:06}", self.id), "salesChannel": self.channel,
            "customerId": uuid(900), "customerName": "Ada Ltd", "soldAt": self.sold_at, "currency": "USD",
            "subtotal": told(self.net), "discount": told("0"), "tax": told(self.tax), "total": total(self.payments),
            "payments": parts(self.payments), "lines": [line], "paymentTerms": "Net30",
            "purchaseOrderNumber": "PO-7"}})
    }

    /// The `OrderRefunded` of all of it, with the goods put back.
    pub(crate) fn refund(&self, refund_id: u32, order_id: Option<u32>) -> Value {
        let line = json!({"sku": "A", "kind": "Goods", "quantity": 1, "lineTotal": told(self.net),
            "taxAmount": told(self.tax), "restocked": true, "cost": told(self.cost)});
        json!({"type": "OrderRefunded", "data": {
            "refundId": uuid(refund_id), "orderId": order_id.map(uuid), "orderNumber": null,
            "salesChannel": self.channel, "customerId": uuid(900), "refundedAt": self.sold_at,
            "currency": "USD", "subtotal": told(self.net), "tax": told(self.tax), "total": total(self.payments),
            "payments": parts(self.payments), "lines": [line]}})
    }
}

/// A till's sale of 10.00 with 0.80 tax, cost 4.00.
pub(crate) const TILL: Sale<'static> = Sale {
    id: 1,
    channel: "POS",
    sold_at: "2026-11-20T10:00:00Z",
    payments: "Cash 10.80",
    net: "10.00",
    tax: "0.80",
    cost: "4.00",
};

/// A wholesale order of 100.00 on account, cost 60.00.
pub(crate) const ACCOUNT: Sale<'static> = Sale {
    id: 2,
    channel: "WholesaleWeb",
    sold_at: "2026-11-20T10:00:00Z",
    payments: "PurchaseOrder 100.00",
    net: "100.00",
    tax: "0",
    cost: "60.00",
};

/// The clock of the house.
pub(crate) fn now(books: &Books) -> Timestamp {
    books.house.world(Service::Accounting).unwrap().now()
}
