//! Servers under measurement, and HTTP to them.

use std::fmt::Write as _;
use std::time::{Duration, Instant};

use anyhow::Result;
use house::{Answer, Api, Call};
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
