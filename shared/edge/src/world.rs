//! The [`Platform`] of a Worker: D1, service bindings, queues, the isolate's clock and randomness.

use std::future::Future;
use std::rc::Rc;
use std::sync::Arc;

use contracts::{Queue, Service};
use kernel::Timestamp;
use platform::{PeerError, PeerRequest, PeerResponse, Platform, QueueError};
use store::D1;
use wasm_bindgen::JsValue;
use worker::send::{SendFuture, SendWrapper};
use worker::{Env, Headers, Method, QueueContentType, RawMessageBuilder, RequestInit};

/// How work is kept alive after the answer: `waitUntil` of the event.
type WaitUntil = Rc<dyn Fn(std::pin::Pin<Box<dyn Future<Output = ()>>>)>;

#[cfg(not(feature = "fail-points"))]
type EdgeDatabase = D1;
#[cfg(feature = "fail-points")]
type EdgeDatabase = crate::points::Stopping;

/// One event's view of the platform.
#[derive(Clone)]
pub struct Edge {
    database: EdgeDatabase,
    // An isolate has one thread; the wrapper only tells the compiler so.
    env: Arc<SendWrapper<Env>>,
    wait_until: Arc<SendWrapper<WaitUntil>>,
}

impl Edge {
    /// The platform behind an event's bindings; the database is the binding `DB`.
    #[cfg(not(feature = "fail-points"))]
    pub(crate) fn new(_: Service, _: &str, env: Env, wait_until: WaitUntil) -> worker::Result<Self> {
        let database = D1::new(env.d1("DB")?);
        Ok(Self::with(database, env, wait_until))
    }

    /// The same; of what caused the event it depends where it stops.
    #[cfg(feature = "fail-points")]
    pub(crate) fn new(
        service: Service,
        caused_by: &str,
        env: Env,
        wait_until: WaitUntil,
    ) -> worker::Result<Self> {
        let points = crate::points::Points::of(service, caused_by);
        let database = crate::points::Stopping { inner: D1::new(env.d1("DB")?), points };
        Ok(Self::with(database, env, wait_until))
    }

    fn with(database: EdgeDatabase, env: Env, wait_until: WaitUntil) -> Self {
        Self {
            database,
            env: Arc::new(SendWrapper::new(env)),
            wait_until: Arc::new(SendWrapper::new(wait_until)),
        }
    }

    #[cfg(not(feature = "fail-points"))]
    #[expect(clippy::unused_async, reason = "with the feature it may wait")]
    async fn reach(&self, _: &str) {}

    #[cfg(feature = "fail-points")]
    async fn reach(&self, what: &str) {
        self.database.points.reach(what).await;
    }
}

impl Platform for Edge {
    type Database = EdgeDatabase;

    fn database(&self) -> &EdgeDatabase {
        &self.database
    }

    async fn call(&self, peer: Service, request: PeerRequest) -> Result<PeerResponse, PeerError> {
        let env = self.env.clone();
        self.reach("before a call").await;
        let answer = SendFuture::new(async move { fetch_peer(&env, peer, request).await })
            .await
            .map_err(|error| PeerError { peer, cause: error.to_string() });
        self.reach("after a call").await;
        answer
    }

    async fn send(&self, queue: Queue, bodies: Vec<String>) -> Result<(), QueueError> {
        let env = self.env.clone();
        self.reach("before a hand-over to a queue").await;
        let sent = SendFuture::new(async move {
            let queue = env.queue(queue.binding())?;
            for part in parts(&bodies) {
                let messages = part
                    .iter()
                    .map(|body| {
                        RawMessageBuilder::new(JsValue::from_str(body))
                            .build_with_content_type(QueueContentType::Text)
                    })
                    .collect::<Vec<_>>();
                queue.send_raw_batch(messages).await?;
            }
            worker::Result::Ok(())
        })
        .await
        .map_err(|error: worker::Error| QueueError(error.to_string()));
        self.reach("after a hand-over to a queue").await;
        sent
    }

    fn defer(&self, work: impl Future<Output = ()> + Send + 'static) {
        (self.wait_until)(Box::pin(work));
    }

    fn now(&self) -> Timestamp {
        #[expect(clippy::cast_possible_truncation, reason = "Date.now() is whole milliseconds below 2^53")]
        Timestamp::from_unix_ms(js_sys::Date::now() as i64)
    }

    fn random(&self) -> [u8; 16] {
        let mut bytes = [0; 16];
        // The Web Crypto source of a Worker does not fail; were it to, ids would collide and be refused.
        let _ = getrandom::fill(&mut bytes);
        bytes
    }

    fn setting(&self, name: &str) -> Option<String> {
        let secret = self.env.secret(name).ok().map(|secret| secret.to_string());
        secret.or_else(|| self.env.var(name).ok().map(|var| var.to_string()))
    }

    fn log(&self, line: &str) {
        worker::console_log!("{line}");
    }
}

/// Cloudflare's limits, less a little for its own envelope: bytes of a message, bytes and number of a batch.
const MESSAGE_BYTES_MAX: usize = 120_000;
const BATCH_BYTES_MAX: usize = 240_000;
const BATCH_COUNT_MAX: usize = 100;

/// What fits into one batch each. A message that is too large for a queue is left to the relay.
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

async fn fetch_peer(env: &Env, peer: Service, request: PeerRequest) -> worker::Result<PeerResponse> {
    let headers = Headers::new();
    for (name, value) in &request.headers {
        headers.append(name, value)?;
    }
    let mut init = RequestInit::new();
    init.with_method(Method::from(request.method)).with_headers(headers);
    if !request.body.is_empty() {
        init.with_body(Some(js_sys::Uint8Array::from(request.body.as_slice()).into()));
    }
    // A service binding ignores the host; a URL needs one.
    let url = format!("http://{peer}{}", request.path);
    let mut response = env.service(&peer.name().to_ascii_uppercase())?.fetch(url, Some(init)).await?;
    let headers = response.headers().entries().collect();
    Ok(PeerResponse { status: response.status_code(), headers, body: response.bytes().await? })
}
