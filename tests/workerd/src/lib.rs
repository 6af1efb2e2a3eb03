//! The five real Workers behind [`house::Api`].

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use house::{Answer, Api, Call, PASSWORD, User};
use serde_json::{Value, json};
use xtask::runtime::{Runtime, RuntimeOptions};

/// How long messages may take to arrive.
const SETTLE_ROUNDS_MAX: u32 = 200;

/// Running Workers over a data folder.
pub struct Workerd {
    runtime: Mutex<Runtime>,
    url: String,
    agent: ureq::Agent,
    tokens: Mutex<HashMap<&'static str, String>>,
}

impl Workerd {
    /// Starts the Workers over an empty folder of the test's own, with the demo users.
    ///
    /// # Panics
    /// When they do not start.
    #[must_use]
    pub fn start(name: &str) -> Self {
        let folder = xtask::paths::root().join("target/tmp").join(format!("{name}-{}", std::process::id()));
        let _ = std::fs::remove_dir_all(&folder);
        let runtime = Runtime::start(RuntimeOptions::new(&folder).without_assets()).unwrap();
        xtask::seed::demo_users(&runtime).unwrap();
        let config = ureq::Agent::config_builder()
            .http_status_as_error(false)
            .timeout_global(Some(Duration::from_mins(1)))
            .build();
        let url = runtime.gateway_url().to_owned();
        Self { runtime: Mutex::new(runtime), url, agent: config.into(), tokens: Mutex::default() }
    }

    /// Kills workerd as a power cut would, and starts it again over the same data.
    ///
    /// # Panics
    /// When it does not start again.
    pub fn crash_and_restart(&self) {
        let mut runtime = self.runtime.lock().unwrap_or_else(PoisonError::into_inner);
        runtime.kill();
        runtime.restart().unwrap();
    }

    /// How long the Workers took to be ready.
    #[must_use]
    pub fn start_time(&self) -> Duration {
        self.runtime.lock().unwrap_or_else(PoisonError::into_inner).start
    }

    fn send(&self, call: &Call<'_>, token: Option<&str>) -> Answer {
        let mut request =
            ureq::http::Request::builder().method(call.method).uri(format!("{}{}", self.url, call.path));
        for (name, value) in call.headers {
            request = request.header(*name, *value);
        }
        if let Some(token) = token {
            request = request.header("authorization", format!("Bearer {token}"));
        }
        let response = if call.method == "GET" {
            self.agent.run(request.body(()).unwrap())
        } else {
            self.agent.run(request.body(call.body).unwrap())
        };
        let mut response = response.unwrap_or_else(|error| panic!("{} {}: {error}", call.method, call.path));
        let headers = response
            .headers()
            .iter()
            .map(|(name, value)| (name.to_string(), value.to_str().unwrap_or_default().to_owned()))
            .collect();
        let status = response.status().as_u16();
        Answer { status, headers, text: response.body_mut().read_to_string().unwrap() }
    }

    fn token(&self, user: User) -> Option<String> {
        let email = user.email()?;
        if let Some(token) = self.tokens.lock().unwrap_or_else(PoisonError::into_inner).get(email) {
            return Some(token.clone());
        }
        let body = json!({ "email": email, "password": PASSWORD }).to_string();
        let headers = [("content-type", "application/json")];
        let login = Call {
            user: User::Guest,
            method: "POST",
            path: "/api/v1/auth/login",
            headers: &headers,
            body: &body,
        };
        let answer = self.send(&login, None);
        let token = answer.clone().expect(200)["accessToken"].as_str().unwrap().to_owned();
        self.tokens.lock().unwrap_or_else(PoisonError::into_inner).insert(email, token.clone());
        Some(token)
    }

    /// Messages that some outbox still holds.
    fn waiting(&self) -> i64 {
        let call = Call { user: User::Guest, method: "GET", path: "/health", headers: &[], body: "" };
        waiting(&self.send(&call, None).json())
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

impl Api for Workerd {
    fn call(&self, call: &Call<'_>) -> Answer {
        let token = self.token(call.user);
        self.send(call, token.as_deref())
    }

    /// Fires the gateway's cron, which hands over what the queues have not, until no outbox holds anything.
    fn settle(&self) {
        for _ in 0..SETTLE_ROUNDS_MAX {
            if self.waiting() == 0 {
                return;
            }
            self.runtime.lock().unwrap_or_else(PoisonError::into_inner).scheduled().unwrap();
            std::thread::sleep(Duration::from_millis(100));
        }
        panic!("messages still wait in an outbox");
    }
}
