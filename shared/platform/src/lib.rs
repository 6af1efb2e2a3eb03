//! The world, as a service sees it: its database, its peers, its queues, the clock, ids and secrets.
//!
//! Every effect goes through here. At the edge it is Cloudflare's platform (`shared/edge`); natively
//! it is one process with SQLite, in which tests and the simulation drive all services (`tests/`).

use std::future::Future;

use contracts::{Queue, Service};
use kernel::Timestamp;
use store::Database;
use uuid::Uuid;

/// Everything a service cannot compute by itself.
pub trait Platform: Clone + Send + Sync + 'static {
    /// Where it keeps its data.
    type Database: Database;

    /// Its database.
    fn database(&self) -> &Self::Database;

    /// Asks another service.
    fn call(
        &self,
        peer: Service,
        request: PeerRequest,
    ) -> impl Future<Output = Result<PeerResponse, PeerError>> + Send;

    /// Hands messages to a queue. A hint only: nothing relies on their arrival.
    fn send(&self, queue: Queue, bodies: Vec<String>) -> impl Future<Output = Result<(), QueueError>> + Send;

    /// Does something after the answer is out. It may never happen.
    fn defer(&self, work: impl Future<Output = ()> + Send + 'static);

    /// The time now.
    fn now(&self) -> Timestamp;

    /// Random bytes, fit for secrets.
    fn random(&self) -> [u8; 16];

    /// A secret or a setting by name.
    fn setting(&self, name: &str) -> Option<String>;

    /// Writes one line to the log.
    fn log(&self, line: &str);

    /// A new id: UUID v7, which sorts by time.
    fn new_id(&self) -> Uuid {
        let random = self.random();
        let mut counter = [0_u8; 10];
        counter.copy_from_slice(random.first_chunk::<10>().unwrap_or(&[0; 10]));
        let ms = u64::try_from(self.now().unix_ms()).unwrap_or_default();
        uuid::Builder::from_unix_timestamp_millis(ms, &counter).into_uuid()
    }
}

/// A request to another service.
#[derive(Debug, Clone)]
pub struct PeerRequest {
    /// `GET`, `POST`, …
    pub method: String,
    /// Path and query.
    pub path: String,
    /// Header names in lower case, and values.
    pub headers: Vec<(String, String)>,
    /// The body; empty for none.
    pub body: Vec<u8>,
}

/// Another service's answer.
#[derive(Debug, Clone)]
pub struct PeerResponse {
    /// The HTTP status.
    pub status: u16,
    /// Header names in lower case, and values.
    pub headers: Vec<(String, String)>,
    /// The body.
    pub body: Vec<u8>,
}

/// The peer did not answer: what it did is unknown.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{peer} did not answer: {cause}")]
pub struct PeerError {
    /// Who.
    pub peer: Service,
    /// Why, for the log.
    pub cause: String,
}

/// The queue did not take the messages.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the queue did not take the messages: {0}")]
pub struct QueueError(pub String);
