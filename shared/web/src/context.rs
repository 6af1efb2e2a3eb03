//! What a request carries: the platform, the caller, the request id and the idempotency key.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::sync::{Mutex, PoisonError};

use axum::extract::FromRequestParts;
use contracts::{Envelope, Event, Queue, Service};
use http::request::Parts;
use kernel::{Currency, Failure, Timestamp};
use platform::{PeerRequest, PeerResponse, Platform};
use serde::Serialize;
use serde::de::DeserializeOwned;
use store::{Claim, Database, DatabaseError, OutboxMessage, Rows, Statement, Unit};

use crate::{Caller, Grant, Problem, auth};

/// One request, one message, or one sweep.
#[derive(Clone)]
pub struct Context<P> {
    /// The world.
    pub platform: P,
    /// Who asks.
    pub caller: Caller,
    /// The id that ties logs, messages and answers together.
    pub request_id: Arc<str>,
    service: Service,
    traceparent: Option<Arc<str>>,
    if_match: Option<i64>,
    claim: Option<Arc<Claim>>,
    received: Option<(Arc<str>, Arc<str>)>,
    shared: Arc<Shared>,
}

/// What the clones of a context share.
#[derive(Default)]
struct Shared {
    claimed: AtomicBool,
    answered: AtomicBool,
    queries: AtomicU32,
    batches: AtomicU32,
    calls: AtomicU32,
    timings: Mutex<Vec<String>>,
}

/// How a call to a peer failed.
#[derive(Debug, thiserror::Error)]
pub enum PeerFailure {
    /// It answered with a problem: status, code and body.
    #[error("{peer} answered {status} {code}")]
    Refused {
        /// Who.
        peer: Service,
        /// The HTTP status.
        status: u16,
        /// The problem's code.
        code: String,
        /// The whole problem.
        body: serde_json::Value,
    },
    /// It did not answer, or not in a way we understand: what it did is unknown.
    #[error("{0}")]
    Unknown(String),
}

/// A refusal that the adapter did not expect is a defect.
impl From<PeerFailure> for Failure {
    fn from(failure: PeerFailure) -> Self {
        match failure {
            PeerFailure::Refused { .. } => Self::Defect(failure.to_string()),
            PeerFailure::Unknown(cause) => Self::Unknown(cause),
        }
    }
}

impl From<PeerFailure> for Problem {
    fn from(failure: PeerFailure) -> Self {
        Failure::from(failure).into()
    }
}

impl<P: Platform> Context<P> {
    /// A context for a service.
    #[must_use]
    pub fn new(platform: P, service: Service, caller: Caller, request_id: &str) -> Self {
        Self {
            platform,
            caller,
            request_id: request_id.into(),
            service,
            traceparent: None,
            if_match: None,
            claim: None,
            received: None,
            shared: Arc::default(),
        }
    }

    /// A context for a service's own work: a message, a sweep.
    #[must_use]
    pub fn system(platform: P, service: Service, request_id: &str) -> Self {
        Self::new(platform, service, Caller::system(service), request_id)
    }

    pub(crate) fn with_headers(mut self, traceparent: Option<&str>, if_match: Option<i64>) -> Self {
        self.traceparent = traceparent.map(Into::into);
        self.if_match = if_match;
        self
    }

    pub(crate) fn with_claim(mut self, claim: Claim, claimed: bool) -> Self {
        self.claim = Some(Arc::new(claim));
        self.shared.claimed.store(claimed, Ordering::Relaxed);
        self
    }

    pub(crate) fn receiving(mut self, message_id: &str, message_type: &str) -> Self {
        self.received = Some((message_id.into(), message_type.into()));
        self
    }

    /// The service that runs.
    #[must_use]
    pub const fn service(&self) -> Service {
        self.service
    }

    /// The time now.
    #[must_use]
    pub fn now(&self) -> Timestamp {
        self.platform.now()
    }

    /// The currency this house keeps its books in: the setting `CURRENCY`, USD unless told.
    #[must_use]
    pub fn currency(&self) -> Currency {
        let setting = self.platform.setting("CURRENCY");
        setting.and_then(|code| Currency::parse(&code).ok()).unwrap_or(Currency::USD)
    }

    /// A new id of any of our id types.
    #[must_use]
    pub fn new_id<T: From<uuid::Uuid>>(&self) -> T {
        T::from(self.platform.new_id())
    }

    /// The idempotency key of the request, if it has one.
    #[must_use]
    pub fn idempotency_key(&self) -> Option<&str> {
        self.claim.as_ref().map(|claim| claim.key.as_str())
    }

    /// The claim of a request that holds its key, and gave no answer to it yet.
    pub(crate) fn unanswered(&self) -> Option<&Claim> {
        let answered = self.shared.answered.load(Ordering::Relaxed);
        self.claim.as_deref().filter(|_| self.holds_key() && !answered)
    }

    /// Whether a unit of this request, or of an earlier one that stopped, has taken the key.
    pub(crate) fn holds_key(&self) -> bool {
        self.shared.claimed.load(Ordering::Relaxed)
    }

    /// The version that `If-Match` names.
    #[must_use]
    pub const fn if_match(&self) -> Option<i64> {
        self.if_match
    }

    /// Refuses unless the caller has the grant.
    pub fn require(&self, grant: Grant) -> Result<(), Problem> {
        if self.caller.may(grant) {
            return Ok(());
        }
        Err(if self.caller.role == crate::Role::Guest {
            crate::tokens::unauthenticated("Log in first: this needs a token.")
        } else {
            Problem::new(403, "FORBIDDEN", format!("Your role does not have the grant {}.", grant.as_str()))
        })
    }

    /// Reads.
    pub async fn query(&self, statement: Statement) -> Result<Rows, DatabaseError> {
        self.shared.queries.fetch_add(1, Ordering::Relaxed);
        self.platform.database().query(statement).await
    }

    /// Reads with several statements in one round trip.
    pub async fn query_all(&self, statements: Vec<Statement>) -> Result<Vec<Rows>, DatabaseError> {
        self.shared.queries.fetch_add(1, Ordering::Relaxed);
        self.platform.database().batch(statements).await
    }

    /// An empty unit of work, which knows the request's idempotency key or the message it answers.
    #[must_use]
    pub fn unit(&self) -> Unit {
        let claimed = self.shared.claimed.load(Ordering::Relaxed);
        let claim = self.claim.as_ref().map(|claim| ((**claim).clone(), claimed));
        let mut unit = Unit::new(self.now(), claim);
        if let Some((id, kind)) = &self.received {
            unit.receive(id, kind);
        }
        unit
    }

    /// Adds an event for each of its readers.
    pub fn publish(&self, unit: &mut Unit, event: Event, entity_id: impl std::fmt::Display) {
        let envelope = self.envelope(event, entity_id);
        let body = envelope.to_json();
        let message = |queue: &str| OutboxMessage {
            id: envelope.id.to_string(),
            queue: queue.to_owned(),
            body: body.clone(),
        };
        match envelope.event.readers() {
            [] => unit.publish([message("")]),
            readers => unit.publish(readers.iter().map(|queue| message(queue.name()))),
        }
    }

    /// An event with its identity and origin.
    #[must_use]
    pub fn envelope(&self, event: Event, entity_id: impl std::fmt::Display) -> Envelope {
        Envelope {
            id: self.new_id(),
            version: 1,
            service_source: self.service.name().to_owned(),
            entity_type: event.entity_type().to_owned(),
            entity_id: entity_id.to_string(),
            timestamp: self.now(),
            correlation_id: self.request_id.to_string(),
            event,
        }
    }

    /// Commits a unit as one batch, then hands its messages to the queues.
    pub async fn commit(&self, unit: Unit) -> Result<Vec<Rows>, DatabaseError> {
        self.shared.batches.fetch_add(1, Ordering::Relaxed);
        let messages = unit.messages().to_vec();
        // Parts of a request whose key is not theirs do not take it.
        let (claims, answers) = (unit.claims(), unit.answers());
        let rows = unit.commit(self.platform.database()).await?;
        self.shared.claimed.fetch_or(claims, Ordering::Relaxed);
        self.shared.answered.fetch_or(answers, Ordering::Relaxed);
        self.hint(messages);
        Ok(rows)
    }

    /// Hands messages that are safely in the outbox to their queues, after the answer is out.
    pub fn hint(&self, messages: Vec<OutboxMessage>) {
        let mut by_queue: Vec<(Queue, Vec<String>)> = Vec::new();
        for message in messages {
            let Some(queue) = Queue::parse(&message.queue) else { continue };
            match by_queue.iter_mut().find(|(known, _)| *known == queue) {
                Some((_, bodies)) => bodies.push(message.body),
                None => by_queue.push((queue, vec![message.body])),
            }
        }
        if by_queue.is_empty() {
            return;
        }
        let platform = self.platform.clone();
        self.platform.defer(async move {
            for (queue, bodies) in by_queue {
                if let Err(error) = platform.send(queue, bodies).await {
                    // The relay delivers what the queue does not.
                    platform.log(&format!(
                        "{{\"level\":\"warn\",\"queue\":\"{}\",\"cause\":{error:?}}}",
                        queue.name()
                    ));
                }
            }
        });
    }

    /// Asks a peer on behalf of the caller and reads its JSON answer.
    pub async fn ask<T: DeserializeOwned>(
        &self,
        peer: Service,
        method: &str,
        path: &str,
        body: &impl Serialize,
    ) -> Result<T, PeerFailure> {
        self.ask_as(&self.caller, peer, method, path, body).await
    }

    /// Asks a peer in this service's own name: for internal routes.
    pub async fn ask_as_system<T: DeserializeOwned>(
        &self,
        peer: Service,
        method: &str,
        path: &str,
        body: &impl Serialize,
    ) -> Result<T, PeerFailure> {
        self.ask_as(&Caller::system(self.service), peer, method, path, body).await
    }

    async fn ask_as<T: DeserializeOwned>(
        &self,
        caller: &Caller,
        peer: Service,
        method: &str,
        path: &str,
        body: &impl Serialize,
    ) -> Result<T, PeerFailure> {
        let body = serde_json::to_vec(body).map_err(|error| PeerFailure::Unknown(error.to_string()))?;
        let body = if method == "GET" { Vec::new() } else { body };
        let headers = vec![("content-type".to_owned(), "application/json".to_owned())];
        let response = self.forward_as(caller, peer, method, path, headers, body).await?;
        let unreadable = |error: serde_json::Error| PeerFailure::Unknown(format!("{peer} {path}: {error}"));
        if response.status < 400 {
            return serde_json::from_slice(&response.body).map_err(unreadable);
        }
        let body: serde_json::Value = serde_json::from_slice(&response.body).map_err(unreadable)?;
        let code = body.get("code").and_then(serde_json::Value::as_str).unwrap_or_default().to_owned();
        if response.status >= 500 {
            return Err(PeerFailure::Unknown(format!("{peer} {path}: {} {code}", response.status)));
        }
        Err(PeerFailure::Refused { peer, status: response.status, code, body })
    }

    /// Passes a request on to a peer with a fresh service token for the caller.
    pub async fn forward(
        &self,
        peer: Service,
        method: &str,
        path: &str,
        headers: Vec<(String, String)>,
        body: Vec<u8>,
    ) -> Result<PeerResponse, PeerFailure> {
        self.forward_as(&self.caller, peer, method, path, headers, body).await
    }

    async fn forward_as(
        &self,
        caller: &Caller,
        peer: Service,
        method: &str,
        path: &str,
        mut headers: Vec<(String, String)>,
        body: Vec<u8>,
    ) -> Result<PeerResponse, PeerFailure> {
        let token = auth::service_token(&self.platform, self.service, peer, caller)
            .map_err(|problem| PeerFailure::Unknown(problem.cause().unwrap_or_default().to_owned()))?;
        headers.push(("authorization".to_owned(), format!("Bearer {token}")));
        headers.push(("x-request-id".to_owned(), self.request_id.to_string()));
        if let Some(traceparent) = &self.traceparent {
            headers.push(("traceparent".to_owned(), traceparent.to_string()));
        }
        self.shared.calls.fetch_add(1, Ordering::Relaxed);
        let request = PeerRequest { method: method.to_owned(), path: path.to_owned(), headers, body };
        let mut response = self
            .platform
            .call(peer, request)
            .await
            .map_err(|error| PeerFailure::Unknown(error.to_string()))?;
        response.headers.retain(|(name, value)| {
            let timing = name == "server-timing";
            if timing {
                self.shared.timings.lock().unwrap_or_else(PoisonError::into_inner).push(value.clone());
            }
            !timing
        });
        Ok(response)
    }

    /// `Server-Timing`: this service's milliseconds, queries, batches and calls, then its peers'.
    pub(crate) fn server_timing(&self, since: Timestamp) -> String {
        let count = |counter: &AtomicU32| counter.load(Ordering::Relaxed);
        let own = format!(
            "{};dur={};desc=\"queries={} batches={} calls={}\"",
            self.service,
            self.now().unix_ms().saturating_sub(since.unix_ms()),
            count(&self.shared.queries),
            count(&self.shared.batches),
            count(&self.shared.calls)
        );
        let peers = self.shared.timings.lock().unwrap_or_else(PoisonError::into_inner);
        std::iter::once(own).chain(peers.iter().cloned()).collect::<Vec<_>>().join(", ")
    }
}

/// A handler takes the context as an argument.
impl<P: Platform, S: Sync> FromRequestParts<S> for Context<P> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        parts
            .extensions
            .get::<Self>()
            .cloned()
            .ok_or_else(|| Problem::internal("a request without a context"))
    }
}
