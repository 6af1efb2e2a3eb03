//! The world of a Worker: D1, service bindings, queues, the isolate's clock and randomness.

use std::future::Future;
use std::rc::Rc;
use std::sync::Arc;

use contracts::{Queue, Service};
use kernel::{Tenant, Timestamp};
use platform::{
    Boxed, FetchError, Files, NoFiles, PeerError, QueueError, RandomError, Request, Response, World,
};
use store::{D1, Database};
use wasm_bindgen::JsValue;
use worker::send::{SendFuture, SendWrapper};
use worker::{Env, Fetch, QueueContentType, RawMessageBuilder};

use crate::wire;

/// Keeps work alive after the answer: `waitUntil` of the event.
type WaitUntil = Rc<dyn Fn(std::pin::Pin<Box<dyn Future<Output = ()>>>)>;

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
        let d1 = D1::new(self.env.d1(&database_binding(tenant)).ok()?);
        #[cfg(feature = "fail-points")]
        let d1 = crate::points::Stopping { inner: d1, points: self.points.clone() };
        Some(Arc::new(d1))
    }

    fn call(&self, peer: Service, request: Request) -> Boxed<'_, Result<Response, PeerError>> {
        Box::pin(SendFuture::new(async move {
            self.reach("before a call").await;
            let answer = self.fetch_peer(peer, request).await;
            self.reach("after a call").await;
            answer.map_err(|error| PeerError { peer, cause: error.to_string() })
        }))
    }

    fn fetch(&self, request: Request) -> Boxed<'_, Result<Response, FetchError>> {
        Box::pin(SendFuture::new(async move {
            let url = request.uri().to_string();
            let sent =
                async { wire::answered(Fetch::Request(wire::request(&url, request).await?).send().await?) };
            sent.await.map_err(|error: worker::Error| FetchError(error.to_string()))
        }))
    }

    fn files(&self) -> &dyn Files {
        &NoFiles
    }

    fn send(&self, queue: Queue, bodies: Vec<String>) -> Boxed<'_, Result<(), QueueError>> {
        Box::pin(SendFuture::new(async move {
            self.reach("before a hand-over to a queue").await;
            let sent = self.hand_over(queue, &bodies).await;
            self.reach("after a hand-over to a queue").await;
            sent.map_err(|error| QueueError(error.to_string()))
        }))
    }

    fn defer(&self, work: Boxed<'static, ()>) {
        (self.wait_until)(work);
    }

    fn now(&self) -> Timestamp {
        #[expect(clippy::cast_possible_truncation, reason = "Date.now() is whole milliseconds below 2^53")]
        Timestamp::from_unix_ms(js_sys::Date::now() as i64)
    }

    fn random(&self) -> Result<[u8; 16], RandomError> {
        let mut bytes = [0; 16];
        getrandom::fill(&mut bytes).map_err(|error| RandomError(error.to_string()))?;
        Ok(bytes)
    }

    fn setting(&self, name: &str) -> Option<String> {
        let secret = self.env.secret(name).ok().map(|secret| secret.to_string());
        secret.or_else(|| self.env.var(name).ok().map(|var| var.to_string()))
    }

    fn log(&self, line: &str) {
        worker::console_log!("{line}");
    }
}

impl Edge {
    async fn fetch_peer(&self, peer: Service, request: Request) -> worker::Result<Response> {
        // A service binding ignores the host; a URL needs one.
        let url = format!("http://{peer}{}", request.uri());
        let request = wire::request(&url, request).await?;
        wire::answered(self.env.service(&peer.name().to_ascii_uppercase())?.fetch_request(request).await?)
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
