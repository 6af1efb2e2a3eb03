//! Who asks a service of the house, and what it answers: the one client of the tests.
//!
//! `house.client(Service::Order).by(Role::Manager).post("/orders", body).await.expect(201)`

#![expect(
    clippy::indexing_slicing,
    clippy::missing_panics_doc,
    clippy::panic,
    clippy::unwrap_used,
    reason = "whatever a test did not expect ends it"
)]

mod answer;

use std::borrow::Borrow;
use std::sync::Arc;

use contracts::{Envelope, Event, Service};
use kernel::ids::{CustomerId, MessageId};
use kernel::{Currency, Money, Tenant};
use platform::World as _;
use serde_json::{Value, json};
use store::{Database, Sqlite, Statement};
use web::Role;
use web::tokens::{self, Claims};

pub use answer::Answer;

use crate::{House, NativeWorld, Request};

/// An amount of dollars.
#[must_use]
pub fn usd(amount: &str) -> Value {
    json!({ "amount": amount, "currency": "USD" })
}

/// An amount of dollars as an event has it.
///
/// # Panics
/// When it is no amount.
#[must_use]
pub fn told(amount: &str) -> Value {
    let money = Money::parse(amount, Currency::USD).unwrap();
    json!({ "minor": money.minor(), "currency": "USD" })
}

/// An id that stays the same from run to run.
#[must_use]
pub fn id(number: u32) -> String {
    format!("0193e9a0-0000-7000-8000-{number:012}")
}

/// Who asks: a role, or a role and the customer for whom it acts.
#[derive(Debug, Clone, Copy)]
pub struct Caller {
    role: Role,
    customer: Option<CustomerId>,
}

impl From<Role> for Caller {
    fn from(role: Role) -> Self {
        Self { role, customer: None }
    }
}

impl<C: AsRef<str>> From<(Role, C)> for Caller {
    fn from((role, customer): (Role, C)) -> Self {
        Self { role, customer: Some(CustomerId::parse(customer.as_ref()).unwrap()) }
    }
}

impl House {
    /// Asks a service of the house, for now as nobody: without a token.
    #[must_use]
    pub fn client(&self, service: Service) -> Client {
        Client { house: self.clone(), service, caller: None, proved: true, headers: Vec::new() }
    }
}

/// Asks a service of a house, as the gateway does for somebody.
#[derive(Clone)]
pub struct Client {
    /// The house.
    pub house: House,
    service: Service,
    caller: Option<Caller>,
    proved: bool,
    headers: Vec<(String, String)>,
}

impl Client {
    /// The same as somebody else, whose subject is the name of the role.
    #[must_use]
    pub fn by(&self, caller: impl Into<Caller>) -> Self {
        Self { caller: Some(caller.into()), ..self.clone() }
    }

    /// The same as nobody: without a token.
    #[must_use]
    pub fn guest(&self) -> Self {
        Self { caller: None, ..self.clone() }
    }

    /// The same without a recent proof of who they are.
    #[must_use]
    pub fn unproved(&self) -> Self {
        Self { proved: false, ..self.clone() }
    }

    /// The same at another service.
    #[must_use]
    pub fn at(&self, service: Service) -> Self {
        Self { service, ..self.clone() }
    }

    /// The same with further headers.
    #[must_use]
    pub fn with(&self, headers: &[(&str, &str)]) -> Self {
        let mut client = self.clone();
        client.headers.extend(headers.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())));
        client
    }

    /// Reads.
    pub async fn get(&self, path: &str) -> Answer {
        self.send("GET", path, "").await
    }

    /// Sends JSON.
    pub async fn post(&self, path: &str, body: impl Borrow<Value>) -> Answer {
        self.json("POST", path, body.borrow()).await
    }

    /// Sends JSON with an idempotency key.
    pub async fn post_once(&self, path: &str, key: &str, body: impl Borrow<Value>) -> Answer {
        self.with(&[("idempotency-key", key)]).post(path, body).await
    }

    /// Replaces.
    pub async fn put(&self, path: &str, body: impl Borrow<Value>) -> Answer {
        self.json("PUT", path, body.borrow()).await
    }

    async fn json(&self, method: &str, path: &str, body: &Value) -> Answer {
        self.send_json(method, path, body.to_string()).await
    }

    /// Sends any body.
    pub async fn send(&self, method: &str, path: &str, body: impl Into<Vec<u8>>) -> Answer {
        let answer = self.house.request(self.service, self.request(method, path, body)).await.unwrap();
        assert_ne!(answer.status(), 500, "{method} {path}: {:?}", self.house.take_log());
        let answer = Answer::from(answer);
        self.keep_order_token(path, &answer);
        answer
    }

    /// Sends a text as JSON, whatever it is.
    pub async fn send_json(&self, method: &str, path: &str, text: impl Into<Vec<u8>>) -> Answer {
        self.with(&[("content-type", "application/json")]).send(method, path, text).await
    }

    /// Sends JSON over another database.
    pub async fn send_over(
        &self,
        database: Arc<dyn Database>,
        method: &str,
        path: &str,
        body: impl Into<Vec<u8>>,
    ) -> Answer {
        let world = Arc::new(self.world().over(database));
        let app = self.house.app(self.service).unwrap();
        let client = self.with(&[("content-type", "application/json")]);
        crate::answer(&app, world, client.request(method, path, body)).await.into()
    }

    /// A guest keeps the token of an order, as a browser does.
    fn keep_order_token(&self, path: &str, answer: &Answer) {
        if path.ends_with("/orders/retail") && answer.status < 300 {
            let order: Value = serde_json::from_str(&answer.text).unwrap_or_default();
            if let (Some(id), Some(token)) = (order["id"].as_str(), order["token"].as_str()) {
                self.house.keep_order_token(id, token);
            }
        }
    }

    fn request(&self, method: &str, path: &str, body: impl Into<Vec<u8>>) -> Request {
        let mut request = http::Request::builder().method(method).uri(path);
        let mut header = |name: &str, value: &str| {
            let headers = request.headers_mut().unwrap();
            headers.append(http::HeaderName::try_from(name).unwrap(), value.parse().unwrap());
        };
        for (name, value) in &self.headers {
            header(name, value);
        }
        let path = path.split('?').next().unwrap_or_default();
        if let Some(token) = self.house.order_token(path)
            && !self.headers.iter().any(|(name, _)| name == web::auth::ORDER_TOKEN)
        {
            header(web::auth::ORDER_TOKEN, &token);
        }
        if let Some(token) = self.token() {
            header("authorization", &format!("Bearer {token}"));
            header("x-request-id", "r-1");
        }
        request.body(body.into()).unwrap()
    }

    /// The token with which the gateway would call the service for the caller; none for a guest.
    #[must_use]
    pub fn token(&self) -> Option<String> {
        let caller = self.caller?;
        let claims = Claims {
            iss: Service::Gateway.name().to_owned(),
            aud: self.service.name().to_owned(),
            sub: caller.role.as_str().to_owned(),
            role: caller.role,
            ten: Tenant::main(),
            cid: caller.customer,
            sid: None,
            scp: None,
            // Whoever is sent by a test has just signed in.
            auth_time: self.proved.then(|| self.world().now().unix_seconds()),
            apb: None,
        };
        Some(tokens::sign(&self.world(), &self.service.token_key(), &claims, 60).unwrap())
    }

    /// The world of the service.
    #[must_use]
    pub fn world(&self) -> NativeWorld {
        self.house.world(self.service).unwrap()
    }

    /// The database of the service.
    #[must_use]
    pub fn database(&self) -> Sqlite {
        self.house.database(self.service).unwrap()
    }

    /// A message with an event, as its producer would publish it now.
    #[must_use]
    pub fn message(&self, event: &Event) -> Envelope {
        Envelope {
            id: MessageId(platform::new_id(&self.world()).unwrap()),
            kind: event.kind(),
            version: event.kind().version(),
            tenant: Tenant::main(),
            service_source: event.kind().producers()[0].name().to_owned(),
            entity_type: event.kind().entity_type().to_owned(),
            entity_id: "x".to_owned(),
            timestamp: self.world().now(),
            correlation_id: "r".to_owned(),
            traceparent: None,
            data: event.data().unwrap(),
        }
    }

    /// Hands a message over, as the relay does; it must be settled.
    pub async fn deliver(&self, message: &Envelope) {
        let queue = format!("{}-inbox", self.service);
        let body = json!({ "id": message.id, "queue": queue, "body": message.to_json() });
        let body = json!({ "messages": [body] });
        let answer = self.by(Role::System).post("/internal/events", body).await.expect(200);
        assert_eq!(answer["settled"], json!([message.id]), "{:?}", self.house.take_log());
    }

    /// Hands an event over.
    pub async fn tell(&self, event: &Event) {
        self.deliver(&self.message(event)).await;
    }

    /// What the service has published so far with the queues it is for, oldest first, as its readers read it.
    pub async fn events(&self) -> Vec<(String, Envelope)> {
        let text = "select queue, body from outbox order by rowid";
        let rows = self.database().query(Statement { text, values: Vec::new() }).await.unwrap();
        let text = |row: &Value, name: &str| row[name].as_str().unwrap().to_owned();
        let event = |row: &Value| (text(row, "queue"), Envelope::parse(&text(row, "body")).unwrap());
        rows.read::<Value>().unwrap().iter().map(event).collect()
    }

    /// The types of all events that the service has published so far, oldest first.
    pub async fn event_names(&self) -> Vec<&'static str> {
        self.events().await.iter().map(|(_, event)| event.kind.name()).collect()
    }

    /// The service's report on itself, in which every check holds.
    pub async fn reconciled(&self) -> Value {
        let report = self.by(Role::System).get("/internal/reconciliation").await.expect(200);
        for check in report["checks"].as_array().unwrap() {
            assert_eq!(check["ok"], true, "{check}");
        }
        report
    }
}
