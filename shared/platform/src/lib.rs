//! The world, as a service sees it: its databases, its peers, its queues, files, the clock, randomness and settings.
//!
//! Every effect goes through one object, an [`Arc`] of a [`World`]. At the edge it is Cloudflare's platform
//! (`shared/edge`); natively it is one process with SQLite, in which tests and the simulation drive all services
//! (`shared/native`). Its futures are boxed: an allocation costs some ten nanoseconds, a database call at least half
//! a millisecond, and no handler, store or use case has a type parameter for the world.

mod body;
mod files;
mod group;
mod grouped;
mod socket;

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;

use contracts::{Queue, Service};
use kernel::{Failure, Tenant, TimeZone, Timestamp};
use store::Database;
use uuid::Uuid;

pub use body::{Body, BodyError, ByteStream, Source};
pub use files::{FileError, Files, NoFiles};
pub use group::{Events, Group, Wake};
pub use grouped::{Grouped, Lanes};
pub use socket::{SOCKET_SECONDS_MAX, Socket, SocketError, Tls};

/// A future behind a pointer.
pub type Boxed<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

/// A request, received by a service or sent to a peer or an outside server.
pub type Request = http::Request<Body>;
/// An answer.
pub type Response = http::Response<Body>;

/// How long a server outside may take to answer.
pub const FETCH_SECONDS_MAX: u32 = 10;

/// Marks a request to a peer (as an extension) that may travel with others to the same path: the answers return when the
/// last is there, so all of them should take about as long.
#[derive(Debug, Clone, Copy)]
pub struct Together;

/// Says of a request to a server outside (as an extension) after how many milliseconds it is given up, when
/// [`FETCH_SECONDS_MAX`] is too long.
#[derive(Debug, Clone, Copy)]
pub struct TimeOut {
    pub ms: u32,
}

/// Everything that a service cannot compute on its own.
pub trait World: Send + Sync + 'static {
    /// The database with a tenant's data; none for an unknown tenant.
    fn database(&self, tenant: &Tenant) -> Option<Arc<dyn Database>>;

    /// Calls another service: a path and query, no host.
    fn call(&self, peer: Service, request: Request) -> Boxed<'_, Result<Response, PeerError>>;

    /// Calls a server outside over HTTPS: a payment provider, a mail service. An answer that takes longer than
    /// [`FETCH_SECONDS_MAX`] is none.
    fn fetch(&self, request: Request) -> Boxed<'_, Result<Response, FetchError>>;

    /// Connects to a server outside that does not speak HTTP: a mail server.
    fn connect<'a>(
        &'a self,
        host: &'a str,
        port: u16,
        tls: Tls,
    ) -> Boxed<'a, Result<Box<dyn Socket>, SocketError>> {
        let _ = (host, port, tls);
        Box::pin(std::future::ready(Err(SocketError("there is no network".to_owned()))))
    }

    /// Where documents and pictures are stored.
    fn files(&self) -> &dyn Files;

    /// Waits, so that something outside has time to recover.
    fn wait(&self, ms: u32) -> Boxed<'_, ()> {
        let _ = ms;
        Box::pin(std::future::ready(()))
    }

    /// Hands messages to a queue. A hint only: nothing relies on their arrival.
    fn send(&self, queue: Queue, bodies: Vec<String>) -> Boxed<'_, Result<(), QueueError>>;

    /// Does something after the answer was sent. It may never happen.
    fn defer(&self, work: Boxed<'static, ()>);

    /// The time now.
    fn now(&self) -> Timestamp;

    /// How far the clocks of a zone are ahead of UTC at a time, negative when behind; none for an unknown zone.
    fn utc_offset_seconds(&self, zone: &TimeZone, at: Timestamp) -> Option<i32>;

    /// Random bytes, fit for secrets.
    fn random(&self) -> Result<[u8; 16], RandomError>;

    /// A secret or a setting by name.
    fn setting(&self, name: &str) -> Option<String>;

    /// Whether a client may send one more request, as a limiter of the platform counts; none where there is no such
    /// limiter.
    fn limit<'a>(&'a self, limiter: &'a str, client: &'a str) -> Boxed<'a, Option<bool>> {
        let _ = (limiter, client);
        Box::pin(std::future::ready(None))
    }

    /// Writes one line to the log.
    fn log(&self, line: &str);
}

/// A new id: UUID v7, which sorts by time.
pub fn new_id(world: &dyn World) -> Result<Uuid, RandomError> {
    let random = world.random()?;
    let mut counter = [0_u8; 10];
    for (byte, random) in counter.iter_mut().zip(random) {
        *byte = random;
    }
    let ms = u64::try_from(world.now().unix_ms()).unwrap_or_default();
    Ok(uuid::Builder::from_unix_timestamp_millis(ms, &counter).into_uuid())
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

/// The server outside did not answer: what it did is unknown.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the server did not answer: {0}")]
pub struct FetchError(pub String);

/// The queue did not take the messages.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the queue did not take the messages: {0}")]
pub struct QueueError(pub String);

/// The random source failed: no id and no secret can be made.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the random source failed: {0}")]
pub struct RandomError(pub String);

/// Nothing was done yet, so the same request can be retried.
impl From<RandomError> for Failure {
    fn from(error: RandomError) -> Self {
        Self::Unknown(error.to_string())
    }
}
