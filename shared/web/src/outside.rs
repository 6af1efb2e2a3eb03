//! Calls to servers outside: a payment provider, a mail service. Each has a time-out (the platform's), is retried with
//! back-off while that may help, and is no longer made while the server keeps failing: a circuit breaker, whose state
//! is in the database, so that every isolate knows it and `/health` shows it.
//!
//! A retry sends the same request, so each must be one that its server recognises: a read, or keyed.

use http::StatusCode;
use kernel::{Failure, Tenant, Timestamp};
use platform::{Request, World};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use store::{Rows, Statement, plumbing, values};

use crate::Context;

/// What is waited before the second and the third attempt, in milliseconds.
const PAUSES_MS: [u32; 2] = [200, 800];
/// So many calls in a row that found no answer open the circuit.
const FAILURES_MAX: i64 = 5;
/// How long it stays open, in seconds. Then one failure opens it again.
const OPEN_SECONDS: i64 = 30;
/// The most bytes that are read of an answer.
const ANSWER_BYTES_MAX: usize = 1024 * 1024;

/// A server outside.
pub struct Outside<'a> {
    context: &'a Context,
    name: &'static str,
}

/// What it answered.
#[derive(Debug)]
pub struct Heard {
    /// Any status that is not a failure of the server.
    pub status: StatusCode,
    /// Its bytes.
    pub body: Vec<u8>,
}

impl Heard {
    /// The body as JSON; a defect when it has another form.
    pub fn json<T: DeserializeOwned>(&self) -> Result<T, Failure> {
        serde_json::from_slice(&self.body)
            .map_err(|error| Failure::Defect(format!("an answer that cannot be read: {error}")))
    }
}

/// Why there is no answer.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Silence {
    /// Nothing was sent.
    #[error("{0} does not answer, and is left alone until {1}")]
    Open(&'static str, Timestamp),
    /// What the server did is unknown.
    #[error("{0} did not answer: {1}")]
    NoAnswer(&'static str, String),
    /// Ours.
    #[error(transparent)]
    Failure(#[from] Failure),
}

impl From<Silence> for Failure {
    fn from(silence: Silence) -> Self {
        match silence {
            Silence::Failure(failure) => failure,
            silence => Self::Unknown(silence.to_string()),
        }
    }
}

#[derive(Deserialize)]
struct CircuitRow {
    failures: i64,
    open_until: Option<Timestamp>,
}

impl<'a> Outside<'a> {
    /// The server with this name.
    #[must_use]
    pub fn new(context: &'a Context, name: &'static str) -> Self {
        Self { context, name }
    }

    /// Sends what `request` makes, again if need be. A query of the database; one more statement when the server fails
    /// or has recovered.
    pub async fn send(&self, request: impl Fn() -> Result<Request, Failure>) -> Result<Heard, Silence> {
        let found = self.run(plumbing::FIND_CIRCUIT.bind(values![self.name])).await?;
        let circuit = found.first::<CircuitRow>().map_err(Failure::from)?;
        if let Some(until) = circuit.as_ref().and_then(|circuit| circuit.open_until)
            && until > self.context.now()
        {
            return Err(Silence::Open(self.name, until));
        }
        // Who has failed that often gets one attempt.
        let pauses = match &circuit {
            Some(circuit) if circuit.failures >= FAILURES_MAX => &[],
            _ => PAUSES_MS.as_slice(),
        };
        let mut cause = match self.attempt(request()?).await {
            Ok(heard) => return self.recovered(circuit.is_some(), heard).await,
            Err(cause) => cause,
        };
        for pause in pauses {
            self.context.world.wait(*pause).await;
            cause = match self.attempt(request()?).await {
                Ok(heard) => return self.recovered(circuit.is_some(), heard).await,
                Err(cause) => cause,
            };
        }
        let now = self.context.now();
        let row = values![self.name, &cause, now, now.plus_seconds(OPEN_SECONDS), FAILURES_MAX];
        self.run(plumbing::RECORD_SILENCE.bind(row)).await?;
        Err(Silence::NoAnswer(self.name, cause))
    }

    /// One request; the error says why there is no answer.
    async fn attempt(&self, request: Request) -> Result<Heard, String> {
        let answer = self.context.world.fetch(request).await.map_err(|error| error.to_string())?;
        let status = answer.status();
        // A conflict is another attempt of ours that still runs.
        if status.is_server_error() || matches!(status.as_u16(), 409 | 425 | 429) {
            return Err(format!("it answered {status}"));
        }
        let body = answer.into_body().read(ANSWER_BYTES_MAX).await.map_err(|error| error.to_string())?;
        Ok(Heard { status, body })
    }

    async fn recovered(&self, had_failed: bool, heard: Heard) -> Result<Heard, Silence> {
        if had_failed {
            self.run(plumbing::CLOSE_CIRCUIT.bind(values![self.name])).await?;
        }
        Ok(heard)
    }

    /// Apart from every unit of work: what the server does is no part of one.
    async fn run(&self, statement: Statement) -> Result<Rows, Failure> {
        run_apart(&*self.context.world, self.context.tenant(), statement).await
    }
}

/// Runs a statement apart from every unit of work, for what mirrors a server outside.
pub async fn run_apart(world: &dyn World, tenant: &Tenant, statement: Statement) -> Result<Rows, Failure> {
    let database =
        world.database(tenant).ok_or_else(|| Failure::Defect("a tenant without a database".into()))?;
    Ok(database.query(statement).await?)
}
