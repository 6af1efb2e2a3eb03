//! The world of a Worker: D1, service bindings, queues, the isolate's clock and randomness.

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::future::Future;
use std::rc::Rc;
use std::sync::Arc;

use contracts::{Queue, Service};
use js_sys::Reflect;
use kernel::{Tenant, TimeZone, Timestamp};
use platform::{
    Boxed, Events, FetchError, Files, Group, Grouped, Lanes, NoFiles, PeerError, QueueError, RandomError,
    Request, Response, Socket, SocketError, Tls, Together, Wake, World,
};
use store::{D1, Database};
use wasm_bindgen::JsValue;
use wasm_bindgen_futures::JsFuture;
use worker::send::{SendFuture, SendWrapper};
use worker::{Env, QueueContentType, RawMessageBuilder};

use crate::{pause, socket, together, wire, zones};

/// Keeps work alive after the answer: `waitUntil` of the event.
pub(crate) type WaitUntil = Rc<dyn Fn(std::pin::Pin<Box<dyn Future<Output = ()>>>)>;

type Sends = Group<Vec<String>, Result<(), String>>;

/// Random bytes are taken from the platform in blocks of this size, a multiple of what one caller gets.
const RANDOM_BYTES: usize = 1024;

thread_local! {
    /// The calls under way to each database.
    static LANES: RefCell<BTreeMap<String, Lanes>> = const { RefCell::new(BTreeMap::new()) };
    /// Secrets and settings. They are the same for the life of an isolate: a change of them is a deployment.
    static SETTINGS: RefCell<BTreeMap<String, Option<String>>> = const { RefCell::new(BTreeMap::new()) };
    /// The messages on their way to each queue.
    static SENDS: RefCell<BTreeMap<&'static str, Arc<Sends>>> = const { RefCell::new(BTreeMap::new()) };
    /// How many requests and messages the isolate is working on.
    static PRESENT: Cell<usize> = const { Cell::new(0) };
    /// Random bytes that nobody has got yet.
    static RANDOM: RefCell<Vec<u8>> = const { RefCell::new(Vec::new()) };
}

fn unbound(peer: Service) -> worker::Error {
    worker::Error::RustError(format!("there is no binding for {peer}"))
}

/// Requests or messages that the isolate is working on, until this is dropped.
pub(crate) struct Presence(usize);

impl Presence {
    pub(crate) fn of(count: usize) -> Self {
        PRESENT.set(PRESENT.get().saturating_add(count));
        Self(count)
    }
}

impl Drop for Presence {
    fn drop(&mut self) {
        PRESENT.set(PRESENT.get().saturating_sub(self.0));
    }
}

/// One event's view of the platform.
#[derive(Clone)]
pub struct Edge {
    // An isolate has one thread; the wrapper only tells the compiler so.
    env: Arc<SendWrapper<Env>>,
    wait_until: Arc<SendWrapper<WaitUntil>>,
    #[cfg(feature = "fail-points")]
    points: crate::points::Points,
}

impl Edge {
    /// The world behind an event's bindings.
    #[cfg_attr(
        not(feature = "fail-points"),
        expect(unused_variables, reason = "where it stops depends on them")
    )]
    pub(crate) fn new(service: Service, caused_by: &str, env: Env, wait_until: WaitUntil) -> Self {
        Self {
            env: Arc::new(SendWrapper::new(env)),
            wait_until: Arc::new(SendWrapper::new(wait_until)),
            #[cfg(feature = "fail-points")]
            points: crate::points::Points::of(service, caused_by),
        }
    }

    #[cfg(not(feature = "fail-points"))]
    #[expect(clippy::unused_async, reason = "with the feature it may wait")]
    async fn reach(&self, _: &str) {}

    #[cfg(feature = "fail-points")]
    async fn reach(&self, what: &str) {
        self.points.reach(what).await;
    }
}

/// The name of the binding for a tenant's database: `DB`, or `DB_` and the tenant's name.
fn database_binding(tenant: &Tenant) -> String {
    if tenant.is_main() { "DB".to_owned() } else { format!("DB_{}", tenant.as_str().to_ascii_uppercase()) }
}

impl World for Edge {
    fn database(&self, tenant: &Tenant) -> Option<Arc<dyn Database>> {
        let name = database_binding(tenant);
        let binding = Reflect::get(&self.env, &JsValue::from_str(&name)).ok();
        let d1 = binding.filter(|binding| !binding.is_undefined()).map(D1::new)?;
        let lanes = LANES.with_borrow_mut(|lanes| lanes.entry(name).or_default().clone());
        let database: Arc<dyn Database> = Arc::new(Grouped::new(lanes, Arc::new(d1), self.events()));
        #[cfg(feature = "fail-points")]
        let database = Arc::new(crate::points::Stopping { inner: database, points: self.points.clone() });
        Some(database)
    }

    fn call(&self, peer: Service, request: Request) -> Boxed<'_, Result<Response, PeerError>> {
        Box::pin(SendFuture::new(async move {
            self.reach("before a call").await;
            let answer = if request.extensions().get::<Together>().is_some() {
                together::call(self, peer, request).await
            } else {
                self.fetch_peer(peer, request).await
            };
            self.reach("after a call").await;
            answer.map_err(|error| PeerError { peer, cause: error.to_string() })
        }))
    }

    fn fetch(&self, request: Request) -> Boxed<'_, Result<Response, FetchError>> {
        Box::pin(SendFuture::new(async move {
            let url = request.uri().to_string();
            let sent = wire::sent(&js_sys::global(), &url, request, false).await;
            sent.map_err(|error| FetchError(error.to_string()))
        }))
    }

    fn wait(&self, ms: u32) -> Boxed<'_, ()> {
        pause::until(ms)
    }

    fn connect<'a>(
        &'a self,
        host: &'a str,
        port: u16,
        tls: Tls,
    ) -> Boxed<'a, Result<Box<dyn Socket>, SocketError>> {
        Box::pin(SendFuture::new(socket::connect(host, port, tls)))
    }

    fn files(&self) -> &dyn Files {
        &NoFiles
    }

    fn send(&self, queue: Queue, bodies: Vec<String>) -> Boxed<'_, Result<(), QueueError>> {
        Box::pin(SendFuture::new(async move {
            self.reach("before a hand-over to a queue").await;
            let sent = self.hand_over_together(queue, bodies).await;
            self.reach("after a hand-over to a queue").await;
            sent.map_err(QueueError)
        }))
    }

    fn defer(&self, work: Boxed<'static, ()>) {
        (self.wait_until)(work);
    }

    fn now(&self) -> Timestamp {
        #[expect(clippy::cast_possible_truncation, reason = "Date.now() is whole milliseconds below 2^53")]
        Timestamp::from_unix_ms(js_sys::Date::now() as i64)
    }

    fn utc_offset_seconds(&self, zone: &TimeZone, at: Timestamp) -> Option<i32> {
        zones::utc_offset_seconds(zone, at)
    }

    fn random(&self) -> Result<[u8; 16], RandomError> {
        RANDOM.with_borrow_mut(|random| {
            if random.is_empty() {
                random.resize(RANDOM_BYTES, 0);
                getrandom::fill(random).map_err(|error| {
                    random.clear();
                    RandomError(error.to_string())
                })?;
            }
            let bytes = random.split_off(random.len().saturating_sub(16));
            bytes.try_into().map_err(|_| RandomError("a part of the random bytes is missing".to_owned()))
        })
    }

    fn setting(&self, name: &str) -> Option<String> {
        SETTINGS.with_borrow_mut(|settings| {
            if let Some(known) = settings.get(name) {
                return known.clone();
            }
            let value = Reflect::get(&self.env, &JsValue::from_str(name)).ok()?.as_string();
            settings.insert(name.to_owned(), value.clone());
            value
        })
    }

    fn limit<'a>(&'a self, limiter: &'a str, client: &'a str) -> Boxed<'a, Option<bool>> {
        Box::pin(SendFuture::new(async move {
            let binding = Reflect::get(&self.env, &JsValue::from_str(limiter)).ok()?;
            let counting = wire::limit(&binding, client).ok().filter(|_| !binding.is_undefined())?;
            let outcome = JsFuture::from(counting).await.ok()?;
            Reflect::get(&outcome, &JsValue::from_str("success")).ok()?.as_bool()
        }))
    }

    fn log(&self, line: &str) {
        worker::console_log!("{line}");
    }
}

impl Events for Edge {
    fn pause(&self) -> (Wake, Boxed<'static, ()>) {
        pause::begin()
    }

    fn keep(&self, work: Boxed<'static, ()>) -> Boxed<'static, ()> {
        (self.wait_until)(work);
        Box::pin(std::future::ready(()))
    }

    fn linger(&self, waiting: usize) -> Option<Boxed<'static, ()>> {
        (PRESENT.get() > waiting).then(pause::linger)
    }

    fn now_ms(&self) -> i64 {
        self.now().unix_ms()
    }
}

impl Edge {
    pub(crate) fn events(&self) -> Arc<dyn Events> {
        Arc::new(self.clone())
    }

    pub(crate) async fn fetch_peer(&self, peer: Service, request: Request) -> worker::Result<Response> {
        // A service binding ignores the host; a URL needs one.
        let url = format!("http://{peer}{}", request.uri());
        let name = JsValue::from_str(&peer.name().to_ascii_uppercase());
        let binding = Reflect::get(&self.env, &name).map_err(|_| unbound(peer))?;
        if binding.is_undefined() {
            return Err(unbound(peer));
        }
        wire::sent(&binding, &url, request, true).await
    }

    /// Hands messages over together with those of others.
    async fn hand_over_together(&self, queue: Queue, bodies: Vec<String>) -> Result<(), String> {
        let group = SENDS.with_borrow_mut(|sends| {
            let group =
                || Group::new(BATCH_BYTES_MAX, |bodies: &Vec<String>| bodies.iter().map(String::len).sum());
            sends.entry(queue.name()).or_insert_with(group).clone()
        });
        let carrier = self.clone();
        let together = move |all: Vec<Vec<String>>| -> Boxed<'static, Vec<Result<(), String>>> {
            let edge = carrier.clone();
            Box::pin(SendFuture::new(async move {
                let sent = edge.hand_over(queue, &all.concat()).await.map_err(|error| error.to_string());
                all.iter().map(|_| sent.clone()).collect()
            }))
        };
        let lost = || Err("the event that sent this has ended".to_owned());
        group.join(&self.events(), bodies, together).await.unwrap_or_else(lost)
    }

    async fn hand_over(&self, queue: Queue, bodies: &[String]) -> worker::Result<()> {
        let queue = self.env.queue(queue.binding())?;
        for part in parts(bodies) {
            let messages = part
                .iter()
                .map(|body| {
                    RawMessageBuilder::new(JsValue::from_str(body))
                        .build_with_content_type(QueueContentType::Text)
                })
                .collect::<Vec<_>>();
            queue.send_raw_batch(messages).await?;
        }
        Ok(())
    }
}

/// Cloudflare's limits, with some room for its own envelope: bytes of a message, bytes of a batch, messages in a batch.
const MESSAGE_BYTES_MAX: usize = 120_000;
const BATCH_BYTES_MAX: usize = 240_000;
const BATCH_COUNT_MAX: usize = 100;

/// Splits the bodies into batches that a queue accepts. A message that is too large for a queue is left to the relay.
fn parts(bodies: &[String]) -> Vec<Vec<&str>> {
    let mut parts: Vec<Vec<&str>> = Vec::new();
    let mut bytes = 0_usize;
    for body in bodies.iter().filter(|body| body.len() <= MESSAGE_BYTES_MAX) {
        bytes = bytes.saturating_add(body.len());
        match parts.last_mut() {
            Some(part) if bytes <= BATCH_BYTES_MAX && part.len() < BATCH_COUNT_MAX => part.push(body),
            _ => {
                bytes = body.len();
                parts.push(vec![body]);
            }
        }
    }
    parts
}
