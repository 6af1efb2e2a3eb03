//! A user of the API: signs in, sends JSON, and reports refusals clearly. For the commands that work through the public
//! door, as every client does.

use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, anyhow, bail};
use serde_json::{Value, json};
use ureq::Agent;

use crate::process::check_interrupted;

/// How often a request is retried when its outcome is not known yet.
const RETRIES_MAX: u32 = 5;
/// An access token lives 15 minutes; it is renewed before.
const TOKEN_LIFE: Duration = Duration::from_mins(10);

/// An answer of the API.
#[derive(Debug, Clone)]
pub struct Answer {
    /// The HTTP status.
    pub status: u16,
    /// Whether an earlier request with the same key made it.
    pub replayed: bool,
    /// The JSON body; null when there is none.
    pub body: Value,
}

impl Answer {
    /// The body, unless the API refused.
    pub fn accepted(self, what: &str) -> Result<Value> {
        if self.status < 400 {
            return Ok(self.body);
        }
        let detail = self.body["detail"].as_str().unwrap_or("no detail");
        let code = self.body["code"].as_str().unwrap_or("");
        Err(anyhow!("{what}: the API answered {} {code}: {detail}", self.status))
    }
}

/// A signed-in client.
#[derive(Debug, Clone)]
pub struct Client {
    agent: Agent,
    url: String,
    email: String,
    password: String,
    token: Arc<Mutex<(String, Instant)>>,
}

impl Client {
    /// Signs in.
    pub fn sign_in(url: &str, email: &str, password: &str) -> Result<Self> {
        let config = Agent::config_builder()
            .http_status_as_error(false)
            .timeout_global(Some(Duration::from_mins(2)))
            .build();
        let client = Self {
            agent: config.into(),
            url: url.trim_end_matches('/').to_owned(),
            email: email.to_owned(),
            password: password.to_owned(),
            token: Arc::new(Mutex::new((String::new(), Instant::now()))),
        };
        client.renew()?;
        Ok(client)
    }

    fn renew(&self) -> Result<()> {
        let body = json!({ "email": self.email, "password": self.password });
        let answer =
            self.exchange("POST", "/auth/login", "", None, "application/json", body.to_string().as_bytes())?;
        let body = answer.accepted(&format!("sign in as {}", self.email))?;
        let token = body["accessToken"].as_str().context("the answer to the login has no accessToken")?;
        *self.token.lock().unwrap_or_else(PoisonError::into_inner) = (token.to_owned(), Instant::now());
        Ok(())
    }

    /// Reads.
    pub fn get(&self, path: &str) -> Result<Answer> {
        self.send("GET", path, None, "application/json", &[])
    }

    /// Sends JSON; with the same `key` a retry is the same request.
    pub fn post(&self, path: &str, key: &str, body: &Value) -> Result<Answer> {
        self.send("POST", path, Some(key), "application/json", body.to_string().as_bytes())
    }

    /// Replaces.
    pub fn put(&self, path: &str, body: &Value) -> Result<Answer> {
        self.send("PUT", path, None, "application/json", body.to_string().as_bytes())
    }

    /// Sends a file.
    pub fn post_csv(&self, path: &str, csv: &str) -> Result<Answer> {
        self.send("POST", path, None, "text/csv", csv.as_bytes())
    }

    fn send(&self, method: &str, path: &str, key: Option<&str>, kind: &str, body: &[u8]) -> Result<Answer> {
        let (mut token, since) = self.token.lock().unwrap_or_else(PoisonError::into_inner).clone();
        if since.elapsed() > TOKEN_LIFE {
            self.renew()?;
            token.clone_from(&self.token.lock().unwrap_or_else(PoisonError::into_inner).0);
        }
        let mut tried = 0;
        loop {
            check_interrupted()?;
            let outcome = self.exchange(method, path, &token, key, kind, body);
            let again = match &outcome {
                Ok(answer) => answer.status == 503 || answer.body["code"] == "IDEMPOTENCY_IN_PROGRESS",
                Err(_) => true,
            };
            tried += 1;
            if !again || tried > RETRIES_MAX {
                return outcome;
            }
            thread::sleep(Duration::from_millis(200) * tried);
        }
    }

    fn exchange(
        &self,
        method: &str,
        path: &str,
        token: &str,
        key: Option<&str>,
        kind: &str,
        body: &[u8],
    ) -> Result<Answer> {
        let mut request = ureq::http::Request::builder()
            .method(method)
            .uri(format!("{}/api/v1{path}", self.url))
            .header("content-type", kind);
        if !token.is_empty() {
            request = request.header("authorization", format!("Bearer {token}"));
        }
        if let Some(key) = key {
            request = request.header("idempotency-key", key);
        }
        let outcome = if method == "GET" {
            request.body(()).map_err(anyhow::Error::from).and_then(|request| Ok(self.agent.run(request)?))
        } else {
            request.body(body).map_err(anyhow::Error::from).and_then(|request| Ok(self.agent.run(request)?))
        };
        let mut response = outcome.with_context(|| format!("{method} {path}"))?;
        let status = response.status().as_u16();
        let replayed = response.headers().contains_key("idempotent-replayed");
        let text = response
            .body_mut()
            .with_config()
            .limit(64 * 1024 * 1024)
            .read_to_string()
            .with_context(|| format!("{method} {path}"))?;
        let body = if text.is_empty() {
            Value::Null
        } else {
            serde_json::from_str(&text).unwrap_or(Value::String(text))
        };
        Ok(Answer { status, replayed, body })
    }

    /// Polls until `done` finds what it waits for.
    pub fn wait_for<T>(
        &self,
        what: &str,
        seconds_max: u64,
        mut done: impl FnMut(&Self) -> Result<Option<T>>,
    ) -> Result<T> {
        let since = Instant::now();
        loop {
            check_interrupted()?;
            if let Some(found) = done(self)? {
                return Ok(found);
            }
            if since.elapsed() > Duration::from_secs(seconds_max) {
                bail!("{what} did not happen within {seconds_max} s");
            }
            thread::sleep(Duration::from_millis(300));
        }
    }
}
