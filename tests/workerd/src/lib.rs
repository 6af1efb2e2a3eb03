//! The real Workers behind [`house::Api`], and the test that kills them.

pub mod crash;
pub mod fail_points;

use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use house::{Answer, Api, Call, PASSWORD, User};
use serde_json::{Value, json};
use xtask::runtime::{Runtime, RuntimeOptions};

/// How long messages may take to arrive.
const SETTLE_ROUNDS_MAX: u32 = 200;

/// Running Workers over a data folder.
pub struct Workerd {
    runtime: Runtime,
    folder: PathBuf,
    url: String,
    agent: ureq::Agent,
    /// Access tokens by e-mail, and tokens of guests' orders by order.
    tokens: Mutex<HashMap<String, String>>,
}

impl Workerd {
    /// Starts the Workers over an empty folder of the test's own, with the demo users.
    ///
    /// # Panics
    /// When they do not start.
    #[must_use]
    pub fn start(name: &str) -> Self {
        Self::start_with(name, "", None)
    }

    /// The same with secrets that the test knows, as lines of a secrets file, or with other Workers.
    ///
    /// # Panics
    /// When they do not start.
    #[must_use]
    pub fn start_with(name: &str, secrets: &str, workers: Option<PathBuf>) -> Self {
        let folder = xtask::paths::root().join("target/tmp").join(format!("{name}-{}", std::process::id()));
        let _ = std::fs::remove_dir_all(&folder);
        std::fs::create_dir_all(&folder).unwrap();
        std::fs::write(xtask::secrets::file(&folder), secrets).unwrap();
        let runtime =
            Runtime::start(RuntimeOptions { workers, ..RuntimeOptions::new(&folder).without_assets() })
                .unwrap();
        xtask::seed::demo_users(&runtime).unwrap();
        let config = ureq::Agent::config_builder()
            .http_status_as_error(false)
            .timeout_global(Some(Duration::from_mins(1)))
            .build();
        let url = runtime.gateway_url().to_owned();
        Self { runtime, folder, url, agent: config.into(), tokens: Mutex::default() }
    }

    /// Kills workerd in the middle of whatever it does; another one goes on over the same files.
    ///
    /// # Panics
    /// When it does not start again.
    pub fn crash(&self) {
        self.runtime.crash().unwrap();
    }

    /// Fires the gateway's cron and waits for its end.
    ///
    /// # Errors
    /// When workerd dies meanwhile.
    pub fn scheduled(&self) -> Result<(), String> {
        self.runtime.scheduled().map_err(|error| error.to_string())
    }

    /// Puts a message that is no text into the queue behind a Worker's binding.
    ///
    /// # Panics
    /// When the queue does not take it.
    pub fn send_json(&self, worker: &str, binding: &str, body: &Value) {
        self.runtime.send(worker, binding, body).unwrap();
    }

    /// The file with what the Workers wrote.
    #[must_use]
    pub fn log(&self) -> PathBuf {
        self.runtime.log()
    }

    /// The one number, named `n`, that a statement on the database of a Worker answers.
    ///
    /// # Panics
    /// When it answers none.
    #[must_use]
    pub fn number(&self, worker: &str, sql: &str) -> i64 {
        self.runtime.sql(worker, sql).unwrap()[0]["n"].as_i64().unwrap()
    }

    /// Stops the Workers in good order; answers the folder of their databases.
    #[must_use]
    pub fn stop(mut self) -> PathBuf {
        self.runtime.stop();
        self.folder.join("state/v3/d1/miniflare-D1DatabaseObject")
    }

    /// How long the Workers took to be ready.
    #[must_use]
    pub fn start_time(&self) -> Duration {
        self.runtime.start
    }

    fn send(&self, call: &Call<'_>, token: Option<&str>) -> Answer {
        self.try_send(call, token).unwrap_or_else(|error| panic!("{} {}: {error}", call.method, call.path))
    }

    /// The complete answer, if there is one.
    fn try_send(&self, call: &Call<'_>, token: Option<&str>) -> Result<Answer, ureq::Error> {
        let mut request =
            ureq::http::Request::builder().method(call.method).uri(format!("{}{}", self.url, call.path));
        for (name, value) in call.headers {
            request = request.header(*name, *value);
        }
        // Guests keep the tokens of their orders, as browsers do.
        let kept = self.tokens.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(token) = call.path.split(['/', '?']).find_map(|part| kept.get(part)) {
            request = request.header("order-token", token);
        }
        drop(kept);
        if let Some(token) = token {
            request = request.header("authorization", format!("Bearer {token}"));
        }
        let mut response = if call.method == "GET" {
            self.agent.run(request.body(())?)
        } else {
            self.agent.run(request.body(call.body)?)
        }?;
        let (status, headers) = (response.status().as_u16(), response.headers().clone());
        let answer = Answer::new(status, headers, response.body_mut().read_to_string()?);
        if call.path.ends_with("/orders/retail") && status < 300 {
            let order = answer.json();
            if let (Some(id), Some(token)) = (order["id"].as_str(), order["token"].as_str()) {
                let mut kept = self.tokens.lock().unwrap_or_else(PoisonError::into_inner);
                kept.insert(id.to_owned(), token.to_owned());
            }
        }
        Ok(answer)
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
        self.tokens.lock().unwrap_or_else(PoisonError::into_inner).insert(email.to_owned(), token.clone());
        Some(token)
    }

    /// Messages that some outbox still holds.
    fn waiting(&self) -> i64 {
        let call = Call { user: User::Manager, method: "GET", path: "/health", headers: &[], body: "" };
        waiting(self.call(&call).json())
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
        let answer = self.send(call, token.as_deref());
        if answer.code() != "STEP_UP_REQUIRED" {
            return answer;
        }
        // The login is too long ago: another one is a proof.
        if let Some(email) = call.user.email() {
            self.tokens.lock().unwrap_or_else(PoisonError::into_inner).remove(email);
        }
        let token = self.token(call.user);
        self.send(call, token.as_deref())
    }

    /// Fires the gateway's cron, which hands over what the queues have not, until no outbox holds anything.
    fn settle(&self) {
        for _ in 0..SETTLE_ROUNDS_MAX {
            if self.waiting() == 0 {
                return;
            }
            self.runtime.scheduled().unwrap();
            std::thread::sleep(Duration::from_millis(100));
        }
        panic!("messages still wait in an outbox");
    }
}
