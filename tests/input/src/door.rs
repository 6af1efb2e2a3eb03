//! The public door: of a house in this process, or of a running one by its address.

use std::collections::HashMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use contracts::Service;
use house::{Answer, Api, Call, InProcess, PASSWORD, User};
use serde_json::{Value, json};
use tokio::runtime::Runtime;

use crate::request::Request;

/// How often a running house is asked whether its messages have arrived.
const SETTLE_ROUNDS_MAX: u32 = 300;

/// What HTTP knows; a runtime may refuse others before they come to us.
const METHODS: [&str; 8] = ["GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS", "TRACE", "PATCH"];

/// What came back.
#[derive(Debug, Clone)]
pub enum Outcome {
    /// An answer.
    Answered(Answer),
    /// No answer: the service panicked, or the connection broke.
    Broken(String),
    /// HTTP has no form for this request, so that no client could send it.
    Unsendable,
}

/// A door to which anything can be sent.
pub trait Door: Api {
    /// Sends a request as it is.
    fn send(&self, request: &Request) -> Outcome;

    /// Forgets the tokens: the next requests log in again.
    fn renew(&self);

    /// Where it is.
    fn url(&self) -> &str;
}

/// Access tokens of the demo users.
#[derive(Debug, Default)]
struct Tokens(Mutex<HashMap<&'static str, String>>);

impl Tokens {
    fn of(&self, user: User, log_in: impl FnOnce(&Request) -> Outcome) -> Option<String> {
        let email = user.email()?;
        let known =
            |tokens: &Self| tokens.0.lock().unwrap_or_else(PoisonError::into_inner).get(email).cloned();
        if let Some(token) = known(self) {
            return Some(token);
        }
        let request = Request {
            user: User::Guest,
            method: "POST".to_owned(),
            path: "/api/v1/auth/login".to_owned(),
            headers: vec![("content-type".to_owned(), b"application/json".to_vec())],
            body: json!({ "email": email, "password": PASSWORD }).to_string().into_bytes(),
        };
        let Outcome::Answered(answer) = log_in(&request) else { panic!("{email} cannot log in") };
        let token = answer.expect(200)["accessToken"].as_str().unwrap_or_default().to_owned();
        self.0.lock().unwrap_or_else(PoisonError::into_inner).insert(email, token.clone());
        Some(token)
    }

    fn forget(&self) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clear();
    }
}

/// The headers with the user's token.
fn headers(request: &Request, token: Option<String>) -> Vec<(String, Vec<u8>)> {
    let mut headers = request.headers.clone();
    if let (Some(token), None) = (token, request.header("authorization")) {
        headers.push(("authorization".to_owned(), format!("Bearer {token}").into_bytes()));
    }
    headers
}

fn plain(call: &Call<'_>) -> Request {
    Request {
        user: call.user,
        method: call.method.to_owned(),
        path: call.path.to_owned(),
        headers: call
            .headers
            .iter()
            .map(|(name, value)| ((*name).to_owned(), value.as_bytes().to_vec()))
            .collect(),
        body: call.body.as_bytes().to_vec(),
    }
}

fn answered(outcome: Outcome, call: &Call<'_>) -> Answer {
    match outcome {
        Outcome::Answered(answer) => answer,
        Outcome::Broken(cause) => panic!("{} {}: {cause}", call.method, call.path),
        Outcome::Unsendable => panic!("{} {} cannot be sent", call.method, call.path),
    }
}

/// The house in this process.
pub struct Native {
    inner: InProcess,
    runtime: Runtime,
    tokens: Tokens,
}

impl Default for Native {
    fn default() -> Self {
        Self::open()
    }
}

impl Native {
    /// Opens an empty house with the demo users.
    ///
    /// # Panics
    /// When the migrations do not apply.
    #[must_use]
    pub fn open() -> Self {
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        Self { inner: InProcess::open(), runtime, tokens: Tokens::default() }
    }

    /// The services behind the door.
    #[must_use]
    pub const fn house(&self) -> &InProcess {
        &self.inner
    }

    fn exchange(&self, request: &Request, headers: Vec<(String, Vec<u8>)>) -> Outcome {
        let mut builder = http::Request::builder().method(request.method.as_str()).uri(request.path.as_str());
        for (name, value) in headers {
            builder = builder.header(name, value);
        }
        let Ok(sent) = builder.body(request.body.clone()) else { return Outcome::Unsendable };
        let house = self.inner.house();
        let asked = || self.runtime.block_on(house.request(Service::Gateway, sent));
        let response = match catch_unwind(AssertUnwindSafe(asked)) {
            Ok(response) => response.unwrap_or_default(),
            Err(_) => return Outcome::Broken("the service panicked".to_owned()),
        };
        let headers = response.headers().clone();
        let status = response.status().as_u16();
        match String::from_utf8(response.into_body()) {
            Ok(text) => Outcome::Answered(Answer::new(status, headers, text)),
            Err(_) => Outcome::Broken("the answer is not UTF-8".to_owned()),
        }
    }
}

impl Api for Native {
    fn call(&self, call: &Call<'_>) -> Answer {
        answered(self.send(&plain(call)), call)
    }

    fn settle(&self) {
        self.inner.settle();
    }
}

impl Door for Native {
    fn send(&self, request: &Request) -> Outcome {
        let token = self.tokens.of(request.user, |login| self.exchange(login, login.headers.clone()));
        self.exchange(request, headers(request, token))
    }

    fn renew(&self) {
        self.tokens.forget();
        drop(self.inner.house().take_log());
    }

    fn url(&self) -> &'static str {
        "http://127.0.0.1:8787"
    }
}

/// A running house.
pub struct Remote<'a> {
    url: String,
    agent: ureq::Agent,
    tokens: Tokens,
    /// Fires the house's cron, where we may.
    cron: Option<&'a (dyn Fn() + Sync)>,
}

impl<'a> Remote<'a> {
    /// The house at an address; with `cron` messages need not wait for the minute.
    #[must_use]
    pub fn new(url: &str, cron: Option<&'a (dyn Fn() + Sync)>) -> Self {
        let config = ureq::Agent::config_builder()
            .http_status_as_error(false)
            .allow_non_standard_methods(true)
            .max_redirects(0)
            .timeout_global(Some(Duration::from_mins(1)))
            .build();
        let url = url.trim_end_matches('/').to_owned();
        Self { url, agent: config.into(), tokens: Tokens::default(), cron }
    }

    fn exchange(&self, request: &Request, headers: Vec<(String, Vec<u8>)>) -> Outcome {
        let uri = format!("{}{}", self.url, request.path);
        let mut builder = ureq::http::Request::builder().method(request.method.as_str()).uri(uri);
        for (name, value) in headers {
            builder = builder.header(name, value);
        }
        let bodyless = ["GET", "HEAD", "OPTIONS", "TRACE", "DELETE"].contains(&request.method.as_str());
        let outcome = if bodyless && request.body.is_empty() {
            let Ok(sent) = builder.body(()) else { return Outcome::Unsendable };
            self.agent.run(sent)
        } else if bodyless {
            return Outcome::Unsendable;
        } else {
            let Ok(sent) = builder.body(request.body.as_slice()) else { return Outcome::Unsendable };
            self.agent.run(sent)
        };
        let mut response = match outcome {
            Ok(response) => response,
            // The client itself refuses it.
            Err(ureq::Error::Http(_) | ureq::Error::BadUri(_) | ureq::Error::Protocol(_)) => {
                return Outcome::Unsendable;
            }
            Err(error) => return Outcome::Broken(error.to_string()),
        };
        let headers = response.headers().clone();
        let status = response.status().as_u16();
        if status == 501 && !METHODS.contains(&request.method.as_str()) {
            // The runtime before our code does not know the method.
            return Outcome::Unsendable;
        }
        match response.body_mut().with_config().limit(64 * 1024 * 1024).read_to_string() {
            Ok(text) => Outcome::Answered(Answer::new(status, headers, text)),
            Err(error) => Outcome::Broken(error.to_string()),
        }
    }
}

/// Adds up every `waiting` of the health answer.
fn waiting(health: &Value) -> i64 {
    match health {
        Value::Object(members) => members
            .iter()
            .map(|(name, value)| if name == "waiting" { value.as_i64().unwrap_or(0) } else { waiting(value) })
            .sum(),
        Value::Array(items) => items.iter().map(waiting).sum(),
        _ => 0,
    }
}

impl Api for Remote<'_> {
    fn call(&self, call: &Call<'_>) -> Answer {
        answered(self.send(&plain(call)), call)
    }

    fn settle(&self) {
        for _ in 0..SETTLE_ROUNDS_MAX {
            if waiting(self.get(User::Manager, "/health").json()) == 0 {
                return;
            }
            if let Some(cron) = self.cron {
                cron();
            }
            std::thread::sleep(Duration::from_millis(300));
        }
        panic!("messages still wait in an outbox");
    }
}

impl Door for Remote<'_> {
    fn send(&self, request: &Request) -> Outcome {
        let token = self.tokens.of(request.user, |login| self.exchange(login, login.headers.clone()));
        self.exchange(request, headers(request, token))
    }

    fn renew(&self) {
        self.tokens.forget();
    }

    fn url(&self) -> &str {
        &self.url
    }
}
