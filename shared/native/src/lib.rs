//! All services in one native process: the same code, SQL and messages over SQLite, with a clock that is set and queues
//! that are emptied by hand. For tests, the simulation and the benchmark.
//!
//! [`House`] holds the services; [`NativeWorld`] is the world of each. Peers are called in process,
//! messages wait in memory until [`House::settle`] hands them over, and deferred work runs then too.

pub mod client;
mod files;
#[cfg(feature = "sockets")]
mod socket;
mod zones;

use std::collections::{BTreeMap, VecDeque};
use std::path::Path;
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use contracts::{Queue, Service};
use kernel::{Tenant, TimeZone, Timestamp};
use platform::{Body, Boxed, FetchError, Files, PeerError, QueueError, RandomError, World};
use store::{Database, DatabaseError, Sqlite};
use web::{App, Bounded};

use files::MemoryFiles;
pub use zones::utc_offset_seconds;

/// A whole request.
pub type Request = http::Request<Vec<u8>>;
/// A whole answer.
pub type Response = http::Response<Vec<u8>>;

/// The maximum bytes of an answer: an export.
const ANSWER_BYTES_MAX: usize = 64 * 1024 * 1024;

/// A service that lives in the house.
struct Resident {
    database: Sqlite,
    app: App,
}

/// A server outside the house: a payment provider, a mail service.
pub type Outside = Box<dyn Fn(Request) -> Result<Response, FetchError> + Send + Sync>;

/// Services in one process.
#[derive(Clone)]
pub struct House {
    inner: Arc<Inner>,
}

struct Inner {
    residents: Mutex<BTreeMap<&'static str, Arc<Resident>>>,
    settings: Mutex<BTreeMap<String, String>>,
    queues: Mutex<VecDeque<(Queue, String)>>,
    deferred: Mutex<Vec<Boxed<'static, ()>>>,
    files: MemoryFiles,
    outside: Mutex<Option<Outside>>,
    /// The certificates, in DER, that count as good when it connects to a server.
    #[cfg(feature = "sockets")]
    trusted: Mutex<Vec<Vec<u8>>>,
    log: Mutex<Vec<String>>,
    /// What guests keep, as browsers do: the tokens of their orders, by order.
    order_tokens: Mutex<BTreeMap<String, String>>,
    now_ms: AtomicI64,
    /// The state of a random source with a fixed start; none for the machine's randomness.
    seeded: Mutex<Option<u64>>,
}

/// The world of one service in the house.
#[derive(Clone)]
pub struct NativeWorld {
    house: House,
    database: Arc<dyn Database>,
}

impl NativeWorld {
    /// The same world over another database: for a test that puts something in between.
    #[must_use]
    pub fn over(mut self, database: Arc<dyn Database>) -> Self {
        self.database = database;
        self
    }
}

/// The next number of `SplitMix64` (Steele, Lea and Flood, 2014).
fn split_mix(state: &mut u64) -> u64 {
    *state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let mixed = (*state ^ (*state >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    mixed ^ (mixed >> 31)
}

/// Answers a whole request with a whole answer.
pub async fn answer(app: &App, world: Arc<dyn World>, request: Request) -> Response {
    let answer = app.serve(world, request.map(Body::Bytes)).await;
    let (parts, body) = answer.into_parts();
    // If the body breaks, its bytes are left empty: the status says what was meant.
    Response::from_parts(parts, body.read(ANSWER_BYTES_MAX).await.unwrap_or_default())
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// The scripts of a service's migrations, in order.
pub fn migrations(service: Service) -> std::io::Result<Vec<String>> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../migrations").join(service.name());
    let mut files: Vec<_> = std::fs::read_dir(folder)?.filter_map(|entry| Some(entry.ok()?.path())).collect();
    files.retain(|path| path.extension().is_some_and(|extension| extension == "sql"));
    files.sort();
    files.iter().map(std::fs::read_to_string).collect()
}

/// An empty database of a service, in memory.
pub fn database(service: Service) -> Result<Sqlite, DatabaseError> {
    let scripts =
        migrations(service).map_err(|error| DatabaseError::Unknown(format!("{service}: {error}")))?;
    Sqlite::in_memory(&scripts)
}

impl Default for House {
    fn default() -> Self {
        Self::new()
    }
}

impl House {
    /// An empty house on the morning of 2026-11-20, with keys for tokens.
    #[must_use]
    pub fn new() -> Self {
        let settings = [
            ("ACCESS_TOKEN_KEY", "an-access-token-key-for-one-process-only"),
            ("GUEST_TOKEN_KEY", "a-guest-token-key-for-one-process-only"),
            ("CURRENCY", "USD"),
            ("SERVER_TIMING", "public"),
            ("MAIL_PROVIDER", "mailbox"),
        ];
        let settings = settings.map(|(name, value)| (name.to_owned(), value.to_owned())).into_iter();
        let keys = Service::ALL
            .map(|service| (service.token_key(), format!("a-key-of-{service}-for-one-process-only")));
        let settings = settings.chain(keys).collect();
        let inner = Inner {
            residents: Mutex::default(),
            settings: Mutex::new(settings),
            queues: Mutex::default(),
            deferred: Mutex::default(),
            files: MemoryFiles::default(),
            outside: Mutex::default(),
            #[cfg(feature = "sockets")]
            trusted: Mutex::default(),
            log: Mutex::default(),
            order_tokens: Mutex::default(),
            now_ms: AtomicI64::new(1_795_165_200_000),
            seeded: Mutex::default(),
        };
        Self { inner: Arc::new(inner) }
    }

    /// Adds a service with its database.
    #[must_use]
    pub fn with(self, service: impl Bounded, database: Sqlite) -> Self {
        self.host(App::new(service), database)
    }

    /// The same for a service that is already created.
    #[must_use]
    pub fn host(self, app: App, database: Sqlite) -> Self {
        let name = app.service().name();
        lock(&self.inner.residents).insert(name, Arc::new(Resident { database, app }));
        self
    }

    /// Sets what answers for every server outside.
    pub fn outside(&self, server: Outside) {
        *lock(&self.inner.outside) = Some(server);
    }

    /// From here on, this certificate (DER) is good, or signs good ones.
    #[cfg(feature = "sockets")]
    pub fn trust(&self, certificate: Vec<u8>) {
        lock(&self.inner.trusted).push(certificate);
    }

    /// From here on, randomness is a sequence with a fixed start: the same requests get the same ids.
    #[must_use]
    pub fn repeatable(self) -> Self {
        *lock(&self.inner.seeded) = Some(0);
        self
    }

    /// Changes a setting.
    pub fn set(&self, name: &str, value: &str) {
        lock(&self.inner.settings).insert(name.to_owned(), value.to_owned());
    }

    /// Sends a request to a service; a request to the gateway is a client's.
    pub async fn request(&self, service: Service, request: Request) -> Option<Response> {
        let (world, resident) = self.resident(service)?;
        Some(answer(&resident.app, Arc::new(world), request).await)
    }

    /// Does deferred work and hands over messages until nothing waits.
    pub async fn settle(&self) {
        loop {
            let work: Vec<Boxed<'static, ()>> = std::mem::take(&mut *lock(&self.inner.deferred));
            let messages: Vec<(Queue, String)> = lock(&self.inner.queues).drain(..).collect();
            if work.is_empty() && messages.is_empty() {
                return;
            }
            for work in work {
                work.await;
            }
            for (queue, body) in messages {
                if let Some((world, resident)) = self.resident(queue.reader()) {
                    resident.app.take(Arc::new(world), &[body]).await;
                }
            }
        }
    }

    /// Loses the messages that wait in queues. The outboxes still have them.
    pub fn lose_messages(&self) {
        lock(&self.inner.deferred).clear();
        lock(&self.inner.queues).clear();
    }

    /// The cron of every service fires.
    pub async fn tick(&self) {
        for service in Service::ALL {
            if let Some((world, resident)) = self.resident(service) {
                resident.app.tick(Arc::new(world)).await;
            }
        }
    }

    /// The cron of one service fires. Returns how many items it resumed, read from its log line.
    pub async fn sweep(&self, service: Service) -> Option<i64> {
        let (world, resident) = self.resident(service)?;
        resident.app.tick(Arc::new(world)).await;
        let log = lock(&self.inner.log);
        let lines = log.iter().rev().filter_map(|line| serde_json::from_str::<serde_json::Value>(line).ok());
        let mut own = lines.filter(|line| line.get("service").is_some_and(|name| name == service.name()));
        own.find_map(|line| line.get("sweep")?.get("resumed")?.as_i64())
    }

    /// The token of a guest's order that a path names, if a guest has kept it.
    pub(crate) fn order_token(&self, path: &str) -> Option<String> {
        let tokens = lock(&self.inner.order_tokens);
        path.split('/').find_map(|part| tokens.get(part).cloned())
    }

    pub(crate) fn keep_order_token(&self, order: &str, token: &str) {
        lock(&self.inner.order_tokens).insert(order.to_owned(), token.to_owned());
    }

    /// The same guests come to another house.
    pub fn keep_order_tokens_of(&self, other: &Self) {
        let tokens = lock(&other.inner.order_tokens).clone();
        lock(&self.inner.order_tokens).extend(tokens);
    }

    /// Guests lose the tokens of their orders.
    pub fn forget_order_tokens(&self) {
        lock(&self.inner.order_tokens).clear();
    }

    /// Moves the clock forward.
    pub fn advance_seconds(&self, seconds: i64) {
        self.advance_ms(seconds.saturating_mul(1000));
    }

    /// The same in milliseconds.
    pub fn advance_ms(&self, ms: i64) {
        self.inner.now_ms.fetch_add(ms, Ordering::Relaxed);
    }

    /// Takes the lines logged so far.
    #[must_use]
    pub fn take_log(&self) -> Vec<String> {
        std::mem::take(&mut *lock(&self.inner.log))
    }

    /// The world of a service: for tests that read its database or sign a token.
    #[must_use]
    pub fn world(&self, service: Service) -> Option<NativeWorld> {
        self.resident(service).map(|(world, _)| world)
    }

    /// Takes the lines logged so far, and returns those that report trouble.
    #[must_use]
    pub fn take_complaints(&self) -> Vec<String> {
        let mut lines = self.take_log();
        lines.retain(|line| !line.contains("\"level\":\"info\""));
        lines
    }

    /// A service's database itself: for tests that look into it.
    #[must_use]
    pub fn database(&self, service: Service) -> Option<Sqlite> {
        self.resident(service).map(|(_, resident)| resident.database.clone())
    }

    /// A service as it runs: for tests that serve it over another world.
    #[must_use]
    pub fn app(&self, service: Service) -> Option<App> {
        self.resident(service).map(|(_, resident)| resident.app.clone())
    }

    fn resident(&self, service: Service) -> Option<(NativeWorld, Arc<Resident>)> {
        let resident = lock(&self.inner.residents).get(service.name()).cloned()?;
        Some((NativeWorld { house: self.clone(), database: Arc::new(resident.database.clone()) }, resident))
    }
}

impl World for NativeWorld {
    fn database(&self, tenant: &Tenant) -> Option<Arc<dyn Database>> {
        tenant.is_main().then(|| self.database.clone())
    }

    fn call(
        &self,
        peer: Service,
        request: platform::Request,
    ) -> Boxed<'_, Result<platform::Response, PeerError>> {
        Box::pin(async move {
            let (world, resident) = self
                .house
                .resident(peer)
                .ok_or_else(|| PeerError { peer, cause: "not in this house".to_owned() })?;
            Ok(resident.app.serve(Arc::new(world), request).await)
        })
    }

    fn fetch(&self, request: platform::Request) -> Boxed<'_, Result<platform::Response, FetchError>> {
        Box::pin(async move {
            let (parts, body) = request.into_parts();
            let body = body.read(ANSWER_BYTES_MAX).await.map_err(|error| FetchError(error.to_string()))?;
            let outside = lock(&self.house.inner.outside);
            let server = outside.as_ref().ok_or_else(|| FetchError("there is no network".to_owned()))?;
            server(Request::from_parts(parts, body)).map(|answer| answer.map(Body::Bytes))
        })
    }

    #[cfg(feature = "sockets")]
    fn connect<'a>(
        &'a self,
        host: &'a str,
        port: u16,
        tls: platform::Tls,
    ) -> Boxed<'a, Result<Box<dyn platform::Socket>, platform::SocketError>> {
        let trusted = lock(&self.house.inner.trusted).clone();
        Box::pin(socket::connect(host.to_owned(), port, tls, trusted))
    }

    fn files(&self) -> &dyn Files {
        &self.house.inner.files
    }

    fn send(&self, queue: Queue, bodies: Vec<String>) -> Boxed<'_, Result<(), QueueError>> {
        lock(&self.house.inner.queues).extend(bodies.into_iter().map(|body| (queue, body)));
        Box::pin(std::future::ready(Ok(())))
    }

    fn defer(&self, work: Boxed<'static, ()>) {
        lock(&self.house.inner.deferred).push(work);
    }

    fn now(&self) -> Timestamp {
        Timestamp::from_unix_ms(self.house.inner.now_ms.load(Ordering::Relaxed))
    }

    fn utc_offset_seconds(&self, zone: &TimeZone, at: Timestamp) -> Option<i32> {
        utc_offset_seconds(zone, at)
    }

    fn random(&self) -> Result<[u8; 16], RandomError> {
        let mut bytes = [0; 16];
        if let Some(state) = &mut *lock(&self.house.inner.seeded) {
            for half in bytes.chunks_mut(8) {
                half.copy_from_slice(&split_mix(state).to_le_bytes());
            }
            return Ok(bytes);
        }
        getrandom::fill(&mut bytes).map_err(|error| RandomError(error.to_string()))?;
        Ok(bytes)
    }

    fn setting(&self, name: &str) -> Option<String> {
        lock(&self.house.inner.settings).get(name).cloned()
    }

    fn log(&self, line: &str) {
        lock(&self.house.inner.log).push(line.to_owned());
    }
}
