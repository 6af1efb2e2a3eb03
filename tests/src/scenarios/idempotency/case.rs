//! A route, what it needs, and what a request did.

use std::sync::atomic::{AtomicU32, AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};
use std::thread;

use serde_json::{Value, json};

use crate::scenarios::Shop;
use crate::{Answer, Api, Call, PASSWORD, User};

/// A route that takes a key.
pub struct Case {
    /// The path as the service has it.
    pub route: &'static str,
    /// Whether it sells or moves stock: those are tried on every suite.
    pub core: bool,
    /// Whether another body makes another thing at the same path; else it is a step of the thing in the path.
    pub creates: bool,
    /// Who asks.
    pub user: User,
    /// Makes what a request needs.
    pub set_up: for<'a> fn(&Run<'a>) -> Trial<'a>,
}

/// A request that is ready to be sent.
pub struct Trial<'a> {
    /// The path, without its version.
    pub path: String,
    /// The body.
    pub body: String,
    /// Another body that is as good.
    pub other: String,
    /// A body that is refused and leaves no trace, with the status; the same key is then good for `body`.
    pub refused: Option<(String, u16)>,
    /// The body's kind.
    pub kind: &'static str,
    /// The key of the till, if the route needs one.
    pub till_key: Option<String>,
    /// The token of a guest's cart, if the route needs one.
    pub order_token: Option<String>,
    /// How much has happened: one more for each effect.
    pub effects: Box<dyn Fn() -> i64 + Send + Sync + 'a>,
}

impl<'a> Trial<'a> {
    /// A request with a JSON body, and another that is as good.
    pub(super) fn new(
        path: &str,
        body: &Value,
        other: &Value,
        effects: impl Fn() -> i64 + Send + Sync + 'a,
    ) -> Self {
        Self {
            path: path.to_owned(),
            body: body.to_string(),
            other: other.to_string(),
            refused: None,
            kind: "application/json",
            till_key: None,
            order_token: None,
            effects: Box::new(effects),
        }
    }

    /// A step without a body: white space makes another body.
    pub(super) fn step(path: &str, effects: impl Fn() -> i64 + Send + Sync + 'a) -> Self {
        let trial = Self::new(path, &json!({}), &json!({}), effects);
        Self { other: "{ }".to_owned(), ..trial }
    }

    /// The same with the key of a till.
    pub(super) fn at_till(self, key: String) -> Self {
        Self { till_key: Some(key), ..self }
    }

    /// The same with the token of a guest's cart.
    pub(super) fn of_guest(self, token: String) -> Self {
        Self { order_token: Some(token), ..self }
    }

    /// What the request shows beside its key.
    fn headers(&self) -> Vec<(&str, &str)> {
        let till_key = self.till_key.as_deref().map(|key| ("till-key", key));
        let order_token = self.order_token.as_deref().map(|token| ("order-token", token));
        [("content-type", self.kind)].into_iter().chain(till_key).chain(order_token).collect()
    }

    /// The same with a body that is refused.
    pub(super) fn refusing(self, body: &Value, status: u16) -> Self {
        Self { refused: Some((body.to_string(), status)), ..self }
    }
}

/// One run over a house, with what it has counted.
pub struct Run<'a> {
    /// The house.
    pub api: &'a dyn Api,
    /// Requests sent with a key.
    pub requests: AtomicUsize,
    /// Groups of requests at once.
    pub groups: AtomicUsize,
    /// Effects that were counted.
    pub effects: AtomicUsize,
    second_admin: String,
    token: Mutex<String>,
}

static NUMBERS: AtomicU32 = AtomicU32::new(0);

/// A number that this process has not used.
pub(super) fn number() -> u32 {
    NUMBERS.fetch_add(1, Ordering::Relaxed)
}

/// An id or a key that nobody has used.
#[must_use]
pub fn uuid() -> String {
    let time = std::time::UNIX_EPOCH.elapsed().map_or(0, |since| since.as_nanos());
    let mixed = time.wrapping_mul(0x9e37_79b9_7f4a_7c15_f39c_c060_5ced_c835);
    let text = format!("{:032x}", mixed ^ (u128::from(std::process::id()) << 64) ^ u128::from(number()));
    format!("{}-{}-4{}-8{}-{}", &text[..8], &text[8..12], &text[13..16], &text[17..20], &text[20..])
}

impl<'a> Run<'a> {
    /// Begins, with a second admin: the other caller of what only admins may do.
    #[must_use]
    pub fn new(api: &'a dyn Api) -> Self {
        let email = format!("second-{}@example.org", uuid());
        let user = json!({ "email": email, "name": "Second Admin", "role": "admin", "password": PASSWORD });
        let _ = api.post(User::Admin, "/users", &user).expect(201);
        Self {
            api,
            requests: AtomicUsize::new(0),
            groups: AtomicUsize::new(0),
            effects: AtomicUsize::new(0),
            second_admin: email,
            token: Mutex::default(),
        }
    }

    /// A shop of a trial's own.
    pub(super) fn shop(&self) -> Shop<'a> {
        Shop::open(self.api)
    }

    /// Sends a request with a key.
    pub(super) fn send(&self, case: &Case, trial: &Trial<'_>, key: &str, body: &str) -> Answer {
        let mut headers = trial.headers();
        headers.push(("idempotency-key", key));
        self.call(case.user, &trial.path, &headers, body)
    }

    /// The same as another caller who may: the second admin, whose token may have expired, or
    /// whose proof may be too old.
    pub(super) fn send_as_another(&self, trial: &Trial<'_>, key: &str, body: &str) -> Answer {
        let mut token = self.token.lock().unwrap_or_else(PoisonError::into_inner);
        let send = |token: &str| {
            let mut known = trial.headers();
            known.extend([("idempotency-key", key), ("authorization", token)]);
            self.call(User::Guest, &trial.path, &known, body)
        };
        if !token.is_empty() {
            let answer = send(&token);
            if answer.status != 401 && answer.code() != "STEP_UP_REQUIRED" {
                return answer;
            }
        }
        let credentials = json!({ "email": self.second_admin, "password": PASSWORD });
        let session = self.api.post(User::Guest, "/auth/login", &credentials).expect(200);
        *token = format!("Bearer {}", session["accessToken"].as_str().unwrap());
        send(&token)
    }

    pub(super) fn call(&self, user: User, path: &str, headers: &[(&str, &str)], body: &str) -> Answer {
        self.requests.fetch_add(1, Ordering::Relaxed);
        self.api.call(&Call { user, method: "POST", path: &format!("/api/v1{path}"), headers, body })
    }

    /// Sends the bodies at once, one thread each, all with one key.
    pub(super) fn at_once(&self, case: &Case, trial: &Trial<'_>, key: &str, bodies: &[&str]) -> Vec<Answer> {
        self.groups.fetch_add(1, Ordering::Relaxed);
        let gate = std::sync::Barrier::new(bodies.len());
        thread::scope(|scope| {
            let send = |body| {
                gate.wait();
                self.send(case, trial, key, body)
            };
            let threads: Vec<_> = bodies.iter().map(|body| scope.spawn(move || send(*body))).collect();
            threads.into_iter().map(|thread| thread.join().unwrap()).collect()
        })
    }
}

/// Every row of a list, page after page.
pub(super) fn rows(api: &dyn Api, user: User, path: &str) -> Vec<Value> {
    let (mut all, mut cursor) = (Vec::new(), String::new());
    let mark = if path.contains('?') { '&' } else { '?' };
    loop {
        let page = api.get(user, &format!("{path}{mark}limit=100{cursor}")).expect(200);
        all.extend(page["data"].as_array().cloned().unwrap_or_default());
        match page["nextCursor"].as_str() {
            Some(next) => cursor = format!("&cursor={next}"),
            None => return all,
        }
    }
}

/// How many rows of a list have `text` somewhere.
pub(super) fn count(api: &dyn Api, user: User, path: &str, text: &str) -> i64 {
    i64::try_from(rows(api, user, path).iter().filter(|row| row.to_string().contains(text)).count()).unwrap()
}

/// How many movements of stock a SKU has in a warehouse.
pub(super) fn movements(api: &dyn Api, warehouse: &str, sku: &str) -> i64 {
    count(api, User::Warehouse, &format!("/inventory/movements?warehouseId={warehouse}&sku={sku}"), "")
}
