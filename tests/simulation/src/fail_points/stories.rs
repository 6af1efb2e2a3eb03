//! The stories: what was there before, the one request that is disturbed, and the answers it may get.

use std::future::Future;
use std::pin::Pin;

use contracts::Service;
use serde_json::{Value, json};
use web::Role;

use crate::client::{Answer, Client};
use crate::clients::stand_at;
use crate::inspect::number;
use crate::model::{Deed, OrderSeen, Told};
use crate::shop::{ARTICLES, MANAGERS, TAX_PERCENT, usd};

type Teller = fn(Client) -> Pin<Box<dyn Future<Output = Act> + Send>>;

/// A story.
pub(super) struct Story {
    pub(super) name: &'static str,
    pub(super) prepare: Teller,
}

/// How long a client that is late waits before it asks again: the cron has swept what stood still, also where
/// its first sweep was stopped and the provider's first answer was lost.
const LATE_MS: i64 = 330_000;

/// A client's one request.
#[derive(Clone)]
pub(super) struct Act {
    role: Role,
    person: Option<&'static str>,
    customer: Option<String>,
    till_key: Option<String>,
    path: String,
    key: Option<String>,
    body: Value,
    outcomes: Vec<Outcome>,
}

/// An answer that the request may get, and what the client knows then.
#[derive(Clone)]
struct Outcome {
    status: u16,
    code: &'static str,
    knows: Knows,
}

#[derive(Clone)]
enum Knows {
    Order(String, Told),
    Sales(Vec<String>),
    Refund(String),
    /// What was approved is done, or will be.
    Approved(String),
}

impl Act {
    fn new(role: Role, path: impl Into<String>, key: &str, body: Value) -> Self {
        let (path, key) = (path.into(), Some(key.to_owned()));
        Self { role, person: None, customer: None, till_key: None, path, key, body, outcomes: Vec::new() }
    }

    fn or(mut self, status: u16, code: &'static str, knows: Knows) -> Self {
        self.outcomes.push(Outcome { status, code, knows });
        self
    }

    fn tells(self, status: u16, code: &'static str, word: &str, told: Told) -> Self {
        self.or(status, code, Knows::Order(word.to_owned(), told))
    }

    fn without_key(self) -> Self {
        Self { key: None, ..self }
    }

    fn acting_for(self, customer: &str) -> Self {
        Self { customer: Some(customer.to_owned()), ..self }
    }

    /// Asks until there is a definite answer, which must be one of those that are possible.
    pub(super) async fn perform(self, client: &Client, late: bool) -> Option<u16> {
        let client = match &self.customer {
            Some(customer) => client.acting_for(customer),
            None => client.role(self.role),
        };
        let client = self.person.iter().fold(client, |client, id| client.person(id));
        let client = self.till_key.iter().fold(client, |client, key| client.at_till(key));
        let key = self.key.as_deref();
        let mut answer = None;
        if late {
            answer = client.impatient().ask("POST", &self.path, key, &self.body).await;
            if answer.is_none() {
                client.core().sleep(LATE_MS).await;
                self.find_ended(&client);
            }
        }
        if answer.is_none() {
            answer = client.ask("POST", &self.path, key, &self.body).await;
        }
        let answer = answer?;
        let fits = |outcome: &&Outcome| outcome.status == answer.status && outcome.code == answer.code();
        match self.outcomes.iter().find(fits) {
            Some(outcome) => outcome.knows.note(&client, &answer),
            None => client.surprise(format!("{} is answered {} {}", self.path, answer.status, answer.body)),
        }
        Some(answer.status)
    }
}

impl Act {
    /// Nobody has asked again, and nothing may stand half-way all the same.
    fn find_ended(&self, client: &Client) {
        let half = number(
            client.house.database(Service::Order),
            "select (select count(*) from orders where saga_step is not null) \
            + (select count(*) from refunds where status <> 'Completed') as n",
        );
        let approved = number(
            client.house.database(Service::Gateway),
            "select count(*) as n from approvals where status = 'Approved'",
        );
        if half + approved > 0 {
            client.surprise(format!("what {} began still stands half-way", self.path));
        }
    }
}

impl Knows {
    fn note(&self, client: &Client, answer: &Answer) {
        let mut model = client.model();
        match self {
            Self::Order(word, told) => {
                if let Some(order) = model.orders.get_mut(word) {
                    (order.told, order.id) = (*told, answer.id().or_else(|| order.id.take()));
                    let number = answer.body["orderNumber"].as_str().map(ToOwned::to_owned);
                    order.number = number.or_else(|| order.number.take());
                }
            }
            Self::Sales(words) => {
                for word in words {
                    if let Some(order) = model.orders.get_mut(word) {
                        order.told = Told::Completed;
                    }
                }
            }
            Self::Approved(word) => {
                let id = answer.body["answer"]["body"]["id"].as_str().map(ToOwned::to_owned);
                model.refunds.insert(word.clone(), Deed { done: true, id });
            }
            Self::Refund(word) => {
                model.refunds.insert(word.clone(), Deed { done: true, id: answer.id() });
            }
        }
    }
}

/// Units of an article, by its place in the shop's list.
type Wares = [(usize, i64)];

fn items(wares: &Wares) -> Vec<Value> {
    wares.iter().map(|(article, units)| json!({ "sku": ARTICLES[*article].sku, "quantity": units })).collect()
}

/// The client keeps what it is about to ask for; answers the total.
fn see(client: &Client, word: &str, warehouse: usize, wares: &Wares, offline: bool) -> i64 {
    let net: i64 = wares.iter().map(|(article, units)| ARTICLES[*article].price_minor * units).sum();
    let total_minor = net + net * TAX_PERCENT[warehouse] / 100;
    let seen = OrderSeen {
        warehouse: client.shop.warehouses[warehouse].clone(),
        lines: wares.iter().map(|(article, units)| (ARTICLES[*article].sku.to_owned(), *units)).collect(),
        told: Told::Nothing,
        id: None,
        number: None,
        totals_minor: vec![total_minor],
        offline,
        changed: false,
        asked_ms: client.core().now_ms(None),
        told_ms: None,
    };
    client.model().orders.insert(word.to_owned(), seen);
    total_minor
}

/// Does what a story needs to have happened; answers the id that it made.
async fn before(client: &Client, act: Act) -> String {
    let word = act.outcomes.first().and_then(|outcome| match &outcome.knows {
        Knows::Order(word, _) => Some(word.clone()),
        Knows::Sales(_) | Knows::Refund(_) | Knows::Approved(_) => None,
    });
    act.perform(client, false).await;
    word.and_then(|word| client.model().orders.get(&word)?.id.clone()).unwrap_or_default()
}

fn place_retail(client: &Client, word: &str, warehouse: usize, wares: &Wares) -> Act {
    see(client, word, warehouse, wares, false);
    let body = json!({
        "warehouseId": client.shop.warehouses[warehouse],
        "customer": { "name": word, "email": "ada@example.org" }, "items": items(wares),
    });
    Act::new(Role::Guest, "/orders/retail", &format!("place-{word}"), body).tells(201, "", word, Told::Placed)
}

fn place_wholesale(client: &Client, word: &str, wares: &Wares) -> Act {
    see(client, word, 1, wares, false);
    let customer = client.shop.customers[0].clone();
    let body = json!({
        "customerId": customer, "warehouseId": client.shop.warehouses[1], "purchaseOrderNumber": word,
        "items": items(wares),
    });
    let act = Act::new(Role::Wholesaler, "/orders/wholesale", &format!("place-{word}"), body);
    act.acting_for(&customer).tells(201, "", word, Told::Placed)
}

fn pay(path: &str, token: &str) -> Act {
    let payment = json!({ "payment": { "method": "Card", "token": token } });
    Act::new(Role::Guest, format!("{path}/confirm"), "pay", payment)
}

/// A web order that waits, and its payment with a test card.
async fn retail(client: &Client, token: &str, warehouse: usize, wares: &Wares) -> Act {
    let id = before(client, place_retail(client, "buyer", warehouse, wares)).await;
    pay(&format!("/orders/retail/{id}"), token)
}

/// An authorisation that nobody saw come back is given up; the buyer may try again.
const DECLINED: (u16, &str) = (402, "PAYMENT_DECLINED");

async fn sold_by_card(client: Client, token: &'static str) -> Act {
    let act = retail(&client, token, 1, &[(0, 2), (2, 1)]).await;
    act.tells(200, "", "buyer", Told::Completed).tells(DECLINED.0, DECLINED.1, "buyer", Told::Declined)
}

async fn declined(client: Client, token: &'static str) -> Act {
    let act = retail(&client, token, 0, &[(0, 1)]).await;
    act.tells(DECLINED.0, DECLINED.1, "buyer", Told::Declined)
}

/// Four are wanted where three are.
async fn out_of_stock(client: Client, token: &'static str) -> Act {
    let act = retail(&client, token, 1, &[(0, 1), (1, 4)]).await;
    act.tells(409, "OUT_OF_STOCK", "buyer", Told::OutOfStock).tells(
        DECLINED.0,
        DECLINED.1,
        "buyer",
        Told::Declined,
    )
}

fn till_sale(client: &Client, id: &str, sequence: i64, wares: &Wares, offline: bool) -> Value {
    let total = see(client, id, 1, wares, offline);
    client.model().tills.insert("TILL".to_owned(), sequence);
    let part = total / 2;
    let mut body = json!({
        "id": id, "terminalId": "TILL", "terminalSequence": sequence, "warehouseId": client.shop.warehouses[1],
        "items": items(wares), "payments": [
            { "method": "Cash", "amount": usd(total - part), "tendered": usd(total) },
            { "method": "CardTerminal", "amount": usd(part) },
        ],
    });
    if offline {
        body["offline"] = json!(true);
        body["soldAt"] = json!("2026-11-20T08:00:00Z");
    }
    body
}

fn at_till(client: &Client, wares: &Wares) -> (Act, String) {
    let id = client.new_id();
    let body = till_sale(client, &id, 1, wares, false);
    (Act::new(Role::Cashier, "/orders/pos", "sale", body), id)
}

fn sold_at_till(client: &Client, wares: &Wares) -> Act {
    let (act, id) = at_till(client, wares);
    act.tells(201, "", &id, Told::Completed).tells(200, "", &id, Told::Completed)
}

/// The till takes the last units; a web order waits for one.
async fn last_units(client: Client) -> Act {
    before(&client, place_retail(&client, "buyer", 1, &[(1, 1)])).await;
    sold_at_till(&client, &[(1, 3)])
}

/// A till that leaves the id to the house; its key alone tells that a repetition is the same sale.
async fn nameless(client: Client) -> Act {
    let (word, wares) = ("NAMELESS", &[(0, 2), (2, 1)]);
    let total = see(&client, word, 1, wares, false);
    let body = json!({
        "terminalId": word, "warehouseId": client.shop.warehouses[1], "items": items(wares),
        "payments": [{ "method": "Cash", "amount": usd(total) }],
    });
    let act = Act::new(Role::Cashier, "/orders/pos", "sale", body);
    act.tells(201, "", word, Told::Completed).tells(200, "", word, Told::Completed)
}

async fn till_without_goods(client: Client) -> Act {
    let (act, id) = at_till(&client, &[(1, 4)]);
    act.tells(409, "OUT_OF_STOCK", &id, Told::OutOfStock)
}

/// Two sales made without a connection, one of them of more than there is.
async fn synced(client: Client) -> Act {
    let till_key = stand_at(&client, "TILL", 1).await.and_then(|client| client.till_key().cloned());
    let ids = [client.new_id(), client.new_id()];
    let sales = [
        till_sale(&client, &ids[0], 1, &[(0, 1)], true),
        till_sale(&client, &ids[1], 2, &[(1, 5), (2, 1)], true),
    ];
    let act = Act::new(Role::Cashier, "/orders/pos/sync", "sync", json!({ "sales": sales }));
    Act { till_key, ..act }.or(200, "", Knows::Sales(ids.to_vec()))
}

async fn on_account(client: Client) -> Act {
    let id = before(&client, place_wholesale(&client, "PO-1", &[(0, 2), (2, 2)])).await;
    let body = json!({ "payment": { "method": "PurchaseOrder" } });
    let act = Act::new(Role::Wholesaler, format!("/orders/wholesale/{id}/confirm"), "pay", body);
    act.acting_for(&client.shop.customers[0]).tells(200, "", "PO-1", Told::Completed)
}

fn cancel(path: &str) -> Act {
    Act::new(Role::Guest, format!("{path}/cancel"), "cancel", json!({ "reason": "Changed my mind" }))
}

async fn cancel_retail(client: Client) -> Act {
    let id = before(&client, place_retail(&client, "buyer", 0, &[(0, 1)])).await;
    cancel(&format!("/orders/retail/{id}")).tells(200, "", "buyer", Told::Cancelled)
}

async fn cancel_on_account(client: Client) -> Act {
    let id = before(&client, place_wholesale(&client, "PO-1", &[(0, 2)])).await;
    let act = cancel(&format!("/orders/wholesale/{id}")).acting_for(&client.shop.customers[0]);
    act.tells(200, "", "PO-1", Told::Cancelled)
}

/// A web order that was paid by card is given back in part, with the goods.
async fn given_back(client: Client, token: &'static str) -> Act {
    let act = retail(&client, token, 1, &[(0, 3)]).await.tells(200, "", "buyer", Told::Completed);
    let id = before(&client, act).await;
    client.model().refunds.insert("refund".to_owned(), Deed::default());
    let body =
        json!({ "items": [{ "sku": ARTICLES[0].sku, "quantity": 2 }], "reason": "refund", "restock": true });
    let act = Act::new(Role::Manager, format!("/orders/{id}/refunds"), "refund", body);
    act.or(201, "", Knows::Refund("refund".to_owned())).or(200, "", Knows::Refund("refund".to_owned()))
}

/// A credit note that one manager asked for, and the other one approves, with the goods.
async fn approved(client: Client) -> Act {
    let asks = client.role(Role::Manager).person(MANAGERS[0]);
    let items = json!([{ "sku": ARTICLES[0].sku, "quantity": 2, "unitPrice": usd(ARTICLES[0].price_minor) }]);
    let body = json!({ "warehouseId": client.shop.warehouses[0], "items": items, "reason": "credit", "restock": true,
        "method": "CardTerminal" });
    let answer = asks.ask("POST", "/orders/credit-notes", None, &body).await;
    let id = answer.filter(|answer| answer.status == 202).and_then(|answer| answer.id());
    if id.is_none() {
        client.surprise("a credit note above the limit does not wait".to_owned());
    }
    client.model().refunds.insert("credit".to_owned(), Deed::default());
    let path = format!("/approvals/{}/approve", id.unwrap_or_default());
    let act = Act { person: Some(MANAGERS[1]), ..Act::new(Role::Manager, path, "approve", json!({})) };
    act.or(200, "", Knows::Approved("credit".to_owned()))
}

macro_rules! stories {
    ($($name:literal => $tell:expr,)*) => {
        /// Every story.
        pub(super) const ALL: &[Story] =
            &[$(Story { name: $name, prepare: |client| Box::pin(async move { $tell(client).await }) }),*];
        /// How many there are.
        pub const COUNT: usize = ALL.len();
    };
}

stories! {
    "a web order is placed" => async |client: Client| place_retail(&client, "buyer", 0, &[(0, 1), (1, 2)]),
    "a card is charged" => async |client| sold_by_card(client, "tok_approve").await,
    "a card is charged, and nobody hears so" => async |client| sold_by_card(client, "tok_timeout").await,
    "a capture is not answered" => async |client| sold_by_card(client, "tok_capture_fail").await,
    "a card is declined" => async |client| declined(client, "tok_decline").await,
    "a card is declined, and nobody hears so" => async |client| declined(client, "tok_timeout_declined").await,
    "the provider never hears of a payment" => async |client| declined(client, "tok_timeout_lost").await,
    "the goods are gone" => async |client| out_of_stock(client, "tok_approve").await,
    "the goods are gone, and a void is not answered" => async |client| out_of_stock(client, "tok_void_fail").await,
    "a web order is cancelled" => cancel_retail,
    "a till sells" => async |client: Client| sold_at_till(&client, &[(0, 2), (2, 1)]),
    "a till without keys sells" => async |client: Client| sold_at_till(&client, &[(2, 2)]).without_key(),
    "a till sells the last units" => last_units,
    "a till leaves the id to the house" => nameless,
    "a till has too few" => till_without_goods,
    "a till syncs, and lacks some" => synced,
    "an order on account is placed" => async |client: Client| place_wholesale(&client, "PO-1", &[(0, 2)]),
    "an order on account is confirmed" => on_account,
    "an order on account is cancelled" => cancel_on_account,
    "a card and the goods are given back" => async |client| given_back(client, "tok_approve").await,
    "a credit note is approved" => approved,
    "a refund to a card is not answered" => async |client| given_back(client, "tok_refund_timeout").await,
}
