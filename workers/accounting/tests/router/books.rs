//! A house with the accounting service alone; requests to it, messages to it, and what they look like.

use std::ops::Deref;

use accounting::Accounting;
use contracts::{Event, EventKind, Service};
use native::House;
use native::client::Client;
pub(crate) use native::client::{id as uuid, told, usd};
use serde_json::{Value, json};
use web::Role;

/// An event of its JSON.
pub(crate) fn read(event: &Value) -> Event {
    let kind = EventKind::parse(event["type"].as_str().unwrap()).unwrap();
    Event::of(kind, &event["data"].to_string()).unwrap()
}

/// The books, asked as an accountant.
pub(crate) struct Books(Client);

impl Deref for Books {
    type Target = Client;

    fn deref(&self) -> &Client {
        &self.0
    }
}

impl Books {
    pub(crate) fn new() -> Self {
        let house = House::new().with(Accounting, native::database(Service::Accounting).unwrap());
        // This shop takes cash for invoices in its office.
        house.set("CASH_WITHOUT_TILL", "true");
        Self(house.client(Service::Accounting).by(Role::Accountant))
    }

    /// The dead letters that the gateway has not fetched.
    pub(crate) async fn dead_letters(&self) -> Value {
        let first = json!({ "stored": [], "after": "" });
        let answer = self.by(Role::System).post("/internal/outbox/dead-letters", first).await;
        answer.ok()["waiting"].take()
    }

    /// An event as JSON: `type` and `data`.
    pub(crate) async fn deliver_json(&self, event: Value) {
        self.tell(&read(&event)).await;
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
