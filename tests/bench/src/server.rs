//! Servers under measurement, and HTTP to them.

use std::collections::HashMap;
use std::fmt::Write as _;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use anyhow::Result;
use house::{Answer, Api, Call, PASSWORD, User};
use serde_json::json;
use xtask::process;

use crate::usage;

/// A system whose processes are not this one.
pub(crate) trait Server: Api {
    /// Processor seconds that its processes have used.
    fn cpu_seconds(&self) -> Option<f64>;

    /// Runs everything that a load has left behind, so that its cost is measured too.
    fn finish(&self) -> Result<()>;
}

/// A system is quiet when it used less than this, in seconds, for so many looks in a row. Queues wait for a second
/// until a batch is full, and the relay leaves a message to its queue for two.
const QUIET_CPU: f64 = 0.03;
const LOOK: Duration = Duration::from_millis(500);
const QUIET_LOOKS: usize = 5;
const QUIET_AFTER_MAX: Duration = Duration::from_secs(60);

/// Waits until nothing happens there any more.
pub(crate) fn wait_until_quiet(roots: &[u32]) -> Result<()> {
    let (since, mut quiet, mut before) = (Instant::now(), 0, usage::cpu_seconds(roots));
    while quiet < QUIET_LOOKS && since.elapsed() < QUIET_AFTER_MAX {
        process::pause(LOOK)?;
        let now = usage::cpu_seconds(roots);
        let idle = now.zip(before).is_none_or(|(now, before)| now - before < QUIET_CPU);
        quiet = if idle { quiet + 1 } else { 0 };
        before = now;
    }
    Ok(())
}

/// A token is good for 15 minutes.
const TOKEN_LIFE: Duration = Duration::from_mins(10);

/// The tokens of the demo users.
#[derive(Default)]
pub(crate) struct Tokens(Mutex<HashMap<&'static str, (Instant, String)>>);

impl Tokens {
    /// The user's token; none for a guest. While one client signs in, the others wait: fifty at once would be refused.
    pub(crate) fn of(&self, user: User, send: impl Fn(&Call<'_>) -> Answer) -> Option<String> {
        let email = user.email()?;
        let mut tokens = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((since, token)) = tokens.get(email)
            && since.elapsed() < TOKEN_LIFE
        {
            return Some(token.clone());
        }
        let body = json!({ "email": email, "password": PASSWORD }).to_string();
        let headers = [("content-type", "application/json")];
        let path = "/api/v1/auth/login";
        let login = Call { user: User::Guest, method: "POST", path, headers: &headers, body: &body };
        let token = send(&login).json_or_null()["accessToken"].as_str()?.to_owned();
        tokens.insert(email, (Instant::now(), token.clone()));
        Some(token)
    }
}

/// HTTP to an address, with connections that stay open: as many as there are clients.
pub(crate) struct Http {
    url: String,
    agent: ureq::Agent,
}

impl Http {
    pub(crate) fn to(url: &str) -> Self {
        let config = ureq::Agent::config_builder()
            .http_status_as_error(false)
            .timeout_global(Some(Duration::from_mins(1)))
            .max_idle_connections(200)
            .max_idle_connections_per_host(200)
            .max_idle_age(Duration::from_mins(10))
            .build();
        Self { url: url.trim_end_matches('/').to_owned(), agent: config.into() }
    }

    /// The answer; one with the status 0 when there is none.
    pub(crate) fn send(&self, call: &Call<'_>, token: Option<&str>) -> Answer {
        self.try_send(call, token)
            .unwrap_or_else(|error| Answer::new(0, ureq::http::HeaderMap::new(), error.to_string()))
    }

    fn try_send(&self, call: &Call<'_>, token: Option<&str>) -> Result<Answer, ureq::Error> {
        let mut url = self.url.clone();
        let _ = url.write_str(call.path);
        let mut request = ureq::http::Request::builder().method(call.method).uri(url);
        for (name, value) in call.headers {
            request = request.header(*name, *value);
        }
        if let Some(token) = token {
            request = request.header("authorization", format!("Bearer {token}"));
        }
        let mut response = if call.method == "GET" {
            self.agent.run(request.body(())?)
        } else {
            self.agent.run(request.body(call.body)?)
        }?;
        let (status, headers) = (response.status().as_u16(), response.headers().clone());
        Ok(Answer::new(status, headers, response.body_mut().read_to_string()?))
    }
}
