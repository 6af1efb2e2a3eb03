//! The house in one native process: the same services, SQL and messages over SQLite, with a clock
//! that is set and queues that are pumped by hand. For tests, the simulation and the benchmark.
//!
//! [`House`] holds the services; [`World`] is the [`Platform`] of each. Peers are called in process,
//! messages wait in memory until [`House::settle`] hands them over, and deferred work runs then too.

mod over;

use std::collections::{BTreeMap, VecDeque};
use std::future::Future;
use std::path::Path;
use std::pin::Pin;
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use axum::Router;
use contracts::{Queue, Service};
use kernel::Timestamp;
use platform::{PeerError, PeerRequest, PeerResponse, Platform, QueueError};
use store::Sqlite;
use web::{Bounded, Request, Response};

pub use over::Over;

type Work = Pin<Box<dyn Future<Output = ()> + Send>>;
type Serve = Box<dyn Fn(World, Request) -> Pin<Box<dyn Future<Output = Response> + Send>> + Send + Sync>;
type Take = Box<dyn Fn(World, Vec<String>) -> Pin<Box<dyn Future<Output = Vec<bool>> + Send>> + Send + Sync>;
type Tick = Box<dyn Fn(World) -> Work + Send + Sync>;

/// A service that lives in the house.
struct Resident {
    database: Sqlite,
    serve: Serve,
    take: Take,
    tick: Tick,
}

/// Services in one process.
#[derive(Clone)]
pub struct House {
    inner: Arc<Inner>,
}

struct Inner {
    residents: Mutex<BTreeMap<&'static str, Arc<Resident>>>,
    settings: Mutex<BTreeMap<String, String>>,
    queues: Mutex<VecDeque<(Queue, String)>>,
    deferred: Mutex<Vec<Work>>,
    log: Mutex<Vec<String>>,
    now_ms: AtomicI64,
}

/// The world of one service in the house.
#[derive(Clone)]
pub struct World {
    house: House,
    database: Sqlite,
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// The scripts of a folder of migrations, in order.
pub fn migrations(folder: &Path) -> std::io::Result<Vec<String>> {
    let mut files: Vec<_> = std::fs::read_dir(folder)?.filter_map(|entry| Some(entry.ok()?.path())).collect();
    files.retain(|path| path.extension().is_some_and(|extension| extension == "sql"));
    files.sort();
    files.iter().map(std::fs::read_to_string).collect()
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
            ("SERVICE_TOKEN_KEY", "a-service-token-key-for-one-process-only"),
            ("ACCESS_TOKEN_KEY", "an-access-token-key-for-one-process-only"),
            ("CURRENCY", "USD"),
        ];
        let settings = settings.map(|(name, value)| (name.to_owned(), value.to_owned())).into();
        let inner = Inner {
            residents: Mutex::default(),
            settings: Mutex::new(settings),
            queues: Mutex::default(),
            deferred: Mutex::default(),
            log: Mutex::default(),
            now_ms: AtomicI64::new(1_795_165_200_000),
        };
        Self { inner: Arc::new(inner) }
    }

    /// Moves a service in, with its database.
    #[must_use]
    pub fn with<S: Bounded>(self, database: Sqlite) -> Self {
        let router: Router = web::router::<S, World>();
        let serve: Serve =
            Box::new(move |world, request| Box::pin(web::serve::<S, World>(router.clone(), world, request)));
        let take: Take = Box::new(|world, bodies| Box::pin(async move { S::take(&world, &bodies).await }));
        let tick: Tick = Box::new(|world| {
            Box::pin(async move { S::tick(&web::Context::system(world, S::SERVICE, "tick")).await })
        });
        let resident = Resident { database, serve, take, tick };
        lock(&self.inner.residents).insert(S::SERVICE.name(), Arc::new(resident));
        self
    }

    /// Changes a setting.
    pub fn set(&self, name: &str, value: &str) {
        lock(&self.inner.settings).insert(name.to_owned(), value.to_owned());
    }

    /// Sends a request to a service; a request to the gateway is a client's.
    pub async fn request(&self, service: Service, request: Request) -> Option<Response> {
        let (world, resident) = self.resident(service)?;
        Some((resident.serve)(world, request).await)
    }

    /// Does deferred work and hands over messages until nothing waits.
    pub async fn settle(&self) {
        loop {
            let work: Vec<Work> = std::mem::take(&mut *lock(&self.inner.deferred));
            let messages: Vec<(Queue, String)> = lock(&self.inner.queues).drain(..).collect();
            if work.is_empty() && messages.is_empty() {
                return;
            }
            for work in work {
                work.await;
            }
            for (queue, body) in messages {
                if let Some((world, resident)) = self.resident(queue.reader()) {
                    (resident.take)(world, vec![body]).await;
                }
            }
        }
    }

    /// Loses the messages that wait in queues: the outboxes still have them.
    pub fn lose_messages(&self) {
        lock(&self.inner.deferred).clear();
        lock(&self.inner.queues).clear();
    }

    /// The cron fires.
    pub async fn tick(&self) {
        if let Some((world, resident)) = self.resident(Service::Gateway) {
            (resident.tick)(world).await;
        }
    }

    /// The clock moves on.
    pub fn advance_seconds(&self, seconds: i64) {
        self.inner.now_ms.fetch_add(seconds.saturating_mul(1000), Ordering::Relaxed);
    }

    /// The lines logged so far, taken.
    #[must_use]
    pub fn take_log(&self) -> Vec<String> {
        std::mem::take(&mut *lock(&self.inner.log))
    }

    /// The world of a service: for tests that look at its database or sign a token.
    #[must_use]
    pub fn world(&self, service: Service) -> Option<World> {
        self.resident(service).map(|(world, _)| world)
    }

    fn resident(&self, service: Service) -> Option<(World, Arc<Resident>)> {
        let resident = lock(&self.inner.residents).get(service.name()).cloned()?;
        Some((World { house: self.clone(), database: resident.database.clone() }, resident))
    }
}

impl Platform for World {
    type Database = Sqlite;

    fn database(&self) -> &Sqlite {
        &self.database
    }

    async fn call(&self, peer: Service, request: PeerRequest) -> Result<PeerResponse, PeerError> {
        let unreachable = |cause: &str| PeerError { peer, cause: cause.to_owned() };
        let mut builder = http::Request::builder().method(request.method.as_str()).uri(&request.path);
        for (name, value) in &request.headers {
            builder = builder.header(name, value);
        }
        let request = builder.body(request.body).map_err(|error| unreachable(&error.to_string()))?;
        let response =
            self.house.request(peer, request).await.ok_or_else(|| unreachable("not in this house"))?;
        let headers = response
            .headers()
            .iter()
            .map(|(name, value)| (name.to_string(), value.to_str().unwrap_or_default().to_owned()))
            .collect();
        Ok(PeerResponse { status: response.status().as_u16(), headers, body: response.into_body() })
    }

    async fn send(&self, queue: Queue, bodies: Vec<String>) -> Result<(), QueueError> {
        lock(&self.house.inner.queues).extend(bodies.into_iter().map(|body| (queue, body)));
        Ok(())
    }

    fn defer(&self, work: impl Future<Output = ()> + Send + 'static) {
        lock(&self.house.inner.deferred).push(Box::pin(work));
    }

    fn now(&self) -> Timestamp {
        Timestamp::from_unix_ms(self.house.inner.now_ms.load(Ordering::Relaxed))
    }

    fn random(&self) -> [u8; 16] {
        let mut bytes = [0; 16];
        let _ = getrandom::fill(&mut bytes);
        bytes
    }

    fn setting(&self, name: &str) -> Option<String> {
        lock(&self.house.inner.settings).get(name).cloned()
    }

    fn log(&self, line: &str) {
        lock(&self.house.inner.log).push(line.to_owned());
    }
}
