//! Somebody at the public door who does not give up: a request without a definite answer is sent again,
//! with the same key and the same ids, until there is one.

use std::future::Future;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard};

use contracts::Service;
use kernel::Tenant;
use kernel::ids::CustomerId;
use serde_json::Value;
use web::Role;
use web::tokens::{Claims, sign};

use crate::core::{Core, lock};
use crate::inspect::{OpenInvoice, open_invoices};
use crate::model::Model;
use crate::random::Random;
use crate::shop::Shop;
use crate::wire::Wire;
use crate::world::Residence;

/// How often a request is sent before the run counts as stuck.
const ATTEMPTS_MAX: u32 = 120;

/// A client and all it needs.
#[derive(Clone)]
pub(crate) struct Client {
    pub(crate) house: Residence,
    pub(crate) shop: Arc<Shop>,
    model: Arc<Mutex<Model>>,
    present: Arc<AtomicUsize>,
    role: Role,
    /// A user of the house; otherwise somebody who is only known by their role.
    person: Option<&'static str>,
    customer: Option<String>,
    /// The key of the till at which the client stands.
    till_key: Option<String>,
    patience: u32,
    /// Where the house is, when it is not simulated.
    wire: Option<Wire>,
}

/// A definite answer.
#[derive(Debug, Clone)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) body: Value,
}

impl Answer {
    pub(crate) fn code(&self) -> &str {
        self.body["code"].as_str().unwrap_or_default()
    }

    pub(crate) fn id(&self) -> Option<String> {
        self.body["id"].as_str().map(ToOwned::to_owned)
    }

    /// An amount of the answer, in minor units.
    pub(crate) fn minor(&self, name: &str) -> i64 {
        minor(&self.body[name]).unwrap_or(-1)
    }
}

/// An amount in minor units.
pub(crate) fn minor(amount: &Value) -> Option<i64> {
    amount["amount"].as_str()?.replace('.', "").parse().ok()
}

/// Whether the client knows now; a refusal that names a time to try again is none.
fn definite(status: u16, code: &str, retry_after: bool) -> bool {
    match status {
        401 | 429 => false,
        409 => code != "IDEMPOTENCY_IN_PROGRESS" && !retry_after,
        _ => status < 500,
    }
}

impl Client {
    /// `present` counts the stories under way.
    pub(crate) fn new(
        house: &Residence,
        shop: &Arc<Shop>,
        model: &Arc<Mutex<Model>>,
        present: &Arc<AtomicUsize>,
        role: Role,
    ) -> Self {
        Self {
            present: present.clone(),
            house: house.clone(),
            shop: shop.clone(),
            model: model.clone(),
            role,
            person: None,
            customer: None,
            till_key: None,
            patience: ATTEMPTS_MAX,
            wire: None,
        }
    }

    /// The same at the door of a real house.
    pub(crate) fn at(self, wire: &Wire) -> Self {
        Self { wire: Some(wire.clone()), ..self }
    }

    pub(crate) fn is_at_real_house(&self) -> bool {
        self.wire.is_some()
    }

    /// Somebody does something beside everybody else.
    pub(crate) fn beside(&self, story: impl Future<Output = ()> + Send + 'static) {
        let present = Present::enter(&self.present);
        let work = async move {
            story.await;
            drop(present);
        };
        self.core().spawn(None, Box::pin(work));
    }

    /// The same in another role.
    pub(crate) fn role(&self, role: Role) -> Self {
        Self { role, ..self.clone() }
    }

    /// The same as a user of the house.
    pub(crate) fn person(&self, id: &'static str) -> Self {
        Self { person: Some(id), ..self.clone() }
    }

    /// Acts for a customer.
    pub(crate) fn acting_for(&self, customer: &str) -> Self {
        Self { customer: Some(customer.to_owned()), role: Role::Wholesaler, ..self.clone() }
    }

    /// Stands at a till, and shows its key.
    pub(crate) fn at_till(&self, key: &str) -> Self {
        Self { till_key: Some(key.to_owned()), ..self.clone() }
    }

    pub(crate) const fn till_key(&self) -> Option<&String> {
        self.till_key.as_ref()
    }

    /// One who walks away after a few attempts.
    pub(crate) fn impatient(&self) -> Self {
        Self { patience: 1, ..self.clone() }
    }

    pub(crate) fn core(&self) -> &Core {
        &self.house.core
    }

    pub(crate) fn model(&self) -> MutexGuard<'_, Model> {
        lock(&self.model)
    }

    pub(crate) fn random<T>(&self, choose: impl FnOnce(&mut Random) -> T) -> T {
        self.core().with_random(choose)
    }

    /// A new id of the client's own.
    pub(crate) fn new_id(&self) -> String {
        // The simulated source of randomness does not fail.
        platform::new_id(&*self.house.world(Service::Gateway)).unwrap_or_default().to_string()
    }

    /// Sends a request until it is definitely answered; none when the client has lost patience.
    pub(crate) async fn ask(
        &self,
        method: &str,
        path: &str,
        key: Option<&str>,
        body: &Value,
    ) -> Option<Answer> {
        for attempt in 0..self.patience {
            if let Some(answer) = self.attempt(method, path, key, body).await {
                return Some(answer);
            }
            let pause = self.random(|random| match random.below(10) {
                _ if self.wire.is_some() => random.between(50, 400),
                0..=5 => random.between(100, 1500),
                6..=8 => random.between(1500, 9000),
                _ => random.between(30_000, 70_000),
            });
            self.core().sleep(pause * i64::from(1 + attempt.min(3))).await;
        }
        if self.patience == ATTEMPTS_MAX {
            self.surprise(format!(
                "{method} {path} {body} has no definite answer after {ATTEMPTS_MAX} attempts"
            ));
        }
        None
    }

    pub(crate) fn surprise(&self, what: String) {
        self.model().surprises.push(what);
    }

    async fn attempt(&self, method: &str, path: &str, key: Option<&str>, body: &Value) -> Option<Answer> {
        let uri = format!("/api/v1{path}");
        let mut request =
            http::Request::builder().method(method).uri(&uri).header("content-type", "application/json");
        if let Some(token) = path.split('/').find_map(|part| self.model().order_tokens.get(part).cloned()) {
            request = request.header(web::auth::ORDER_TOKEN, token);
        }
        if self.role != Role::Guest {
            request = request.header("authorization", format!("Bearer {}", self.token()));
        }
        if let Some(key) = key {
            request = request.header("idempotency-key", key);
        }
        if let Some(key) = &self.till_key {
            request = request.header("till-key", key);
        }
        let body = if method == "GET" { Vec::new() } else { body.to_string().into_bytes() };
        let request = request.body(body).ok()?;
        let answer = match &self.wire {
            Some(wire) => wire.send(request).await?,
            None => self.house.call(None, Service::Gateway, request).await.ok()?,
        };
        let status = answer.status().as_u16();
        let retry_after = answer.headers().contains_key("retry-after");
        let body: Value = serde_json::from_slice(answer.body()).unwrap_or_default();
        if let (Some(id), Some(token)) = (body["id"].as_str(), body["token"].as_str()) {
            self.model().order_tokens.insert(id.to_owned(), token.to_owned());
        }
        let code = body["code"].as_str().unwrap_or_default();
        definite(status, code, retry_after).then(|| Answer { status, body: body.clone() })
    }

    /// Invoices that are not paid. A real house is asked; the simulated one is looked into, or what a client
    /// knows would depend on the faults of its question.
    pub(crate) async fn open_invoices(&self) -> Vec<OpenInvoice> {
        if self.wire.is_none() {
            return open_invoices(self.house.database(Service::Accounting));
        }
        let (accountant, path) = (self.role(Role::Accountant), "/accounting/invoices?limit=100");
        let Some(page) = accountant.ask("GET", path, None, &Value::Null).await else { return Vec::new() };
        let open = page.body["data"].as_array().into_iter().flatten().filter_map(|invoice| {
            let open_minor = minor(&invoice["open"])?;
            Some(OpenInvoice { id: invoice["id"].as_str()?.to_owned(), open_minor })
        });
        open.filter(|invoice| invoice.open_minor > 0).collect()
    }

    fn token(&self) -> String {
        let world = self.house.world(Service::Gateway);
        let claims = Claims {
            iss: "gateway".to_owned(),
            aud: "api".to_owned(),
            sub: self.person.unwrap_or(self.role.as_str()).to_owned(),
            role: self.role,
            ten: Tenant::main(),
            cid: self.customer.as_deref().and_then(CustomerId::parse),
            sid: Some("simulated".to_owned()),
            scp: None,
            // Whole minutes: a token is signed once for many requests.
            auth_time: Some(world.now().unix_seconds().div_euclid(60) * 60),
            apb: None,
        };
        sign(&*world, "ACCESS_TOKEN_KEY", &claims, 900).unwrap_or_default()
    }
}

/// Counts a story from its beginning to its end, also when it is cut short.
struct Present(Arc<AtomicUsize>);

impl Present {
    fn enter(count: &Arc<AtomicUsize>) -> Self {
        count.fetch_add(1, Ordering::Relaxed);
        Self(count.clone())
    }
}

impl Drop for Present {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}
