//! What carries the requests of the clients, and keeps count of those that are never answered: whether they had
//! taken effect shows when they are sent again.

use std::collections::HashMap;
use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::mpsc::{self, Receiver, Sender};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

use native::{Request, Response};

use crate::core::{Filler, lock, slot};

/// How long an answer may take before it counts as none.
const PATIENCE: Duration = Duration::from_secs(20);

/// Whether a client that hears nothing behaves.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Doubling {
    /// It sends the same request again.
    Never,
    /// It forgets its key and makes a new one: a deliberate fault.
    ByNewKeys,
}

/// What happened to requests.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Counts {
    /// Sent, again included. What met a closed door was not sent.
    pub sent: u64,
    /// Answered completely.
    pub answered: u64,
    /// Sent, and never completely answered.
    pub unanswered: u64,
    /// Under way now.
    pub in_flight: u64,
    /// Writes that were unanswered and, sent again, had taken effect: the answer was there.
    pub had_effect: u64,
    /// Those that had been begun: their key was taken, their answer was not there yet.
    pub half_way: u64,
    /// Those that had left nothing, or whose answer does not say.
    pub had_none: u64,
}

/// What is known of a write that was not answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Lost {
    Unknown,
    HalfWay,
}

type Job = (Request, Filler<Response>);

/// A door. Clones share it.
#[derive(Clone)]
pub(crate) struct Wire(Arc<Inner>);

struct Inner {
    url: String,
    jobs: Mutex<Sender<Job>>,
    doubling: Doubling,
    is_open: AtomicBool,
    waiting: AtomicU64,
    renewed: AtomicU64,
    counts: Mutex<Counts>,
    lost: Mutex<HashMap<u64, Lost>>,
}

impl Wire {
    /// With so many requests at once.
    pub(crate) fn new(url: &str, count: usize, doubling: Doubling) -> Self {
        let (sender, receiver) = mpsc::channel();
        let wire = Self(Arc::new(Inner {
            url: url.to_owned(),
            jobs: Mutex::new(sender),
            doubling,
            is_open: AtomicBool::new(false),
            waiting: AtomicU64::new(0),
            renewed: AtomicU64::new(0),
            counts: Mutex::default(),
            lost: Mutex::default(),
        }));
        let jobs = Arc::new(Mutex::new(receiver));
        for _ in 0..count {
            let (wire, jobs) = (Arc::downgrade(&wire.0), Arc::clone(&jobs));
            thread::spawn(move || {
                let agent: ureq::Agent = ureq::Agent::config_builder()
                    .http_status_as_error(false)
                    .timeout_global(Some(PATIENCE))
                    .build()
                    .into();
                while let Some((request, filler)) = next(&jobs) {
                    let Some(inner) = wire.upgrade() else { return };
                    if let Some(response) = inner.carry(&agent, request) {
                        filler.fill(response);
                    }
                }
            });
        }
        wire
    }

    pub(crate) fn open(&self) {
        self.0.is_open.store(true, Ordering::Relaxed);
    }

    pub(crate) fn is_open(&self) -> bool {
        self.0.is_open.load(Ordering::Relaxed)
    }

    pub(crate) fn counts(&self) -> Counts {
        *lock(&self.0.counts)
    }

    /// Requests that are under way or wait to be carried.
    pub(crate) fn waiting(&self) -> usize {
        usize::try_from(self.0.waiting.load(Ordering::Relaxed)).unwrap_or_default()
    }

    /// The complete answer, if there is one.
    pub(crate) async fn send(&self, request: Request) -> Option<Response> {
        let (filler, answer) = slot();
        self.0.waiting.fetch_add(1, Ordering::Relaxed);
        let taken = lock(&self.0.jobs).send((request, filler));
        let answer = if taken.is_ok() { answer.await } else { None };
        self.0.waiting.fetch_sub(1, Ordering::Relaxed);
        answer
    }
}

fn next(jobs: &Mutex<Receiver<Job>>) -> Option<Job> {
    lock(jobs).recv().ok()
}

/// What makes a request the same request.
fn identity(request: &Request) -> u64 {
    let mut hasher = DefaultHasher::new();
    request.method().as_str().hash(&mut hasher);
    request.uri().to_string().hash(&mut hasher);
    request.headers().get("idempotency-key").map(|key| key.as_bytes()).hash(&mut hasher);
    request.body().hash(&mut hasher);
    hasher.finish()
}

impl Inner {
    fn carry(&self, agent: &ureq::Agent, mut request: Request) -> Option<Response> {
        let (identity, writes) = (identity(&request), request.method() != http::Method::GET);
        let again = lock(&self.lost).contains_key(&identity);
        if again && self.doubling == Doubling::ByNewKeys && request.headers().contains_key("idempotency-key")
        {
            let number = self.renewed.fetch_add(1, Ordering::Relaxed);
            // A visitor's key must be a random UUID.
            let key = format!("00000000-0000-4000-8000-{number:012x}");
            request.headers_mut().insert("idempotency-key", key.parse().ok()?);
        }
        *request.uri_mut() = format!("{}{}", self.url, request.uri()).parse().ok()?;
        lock(&self.counts).in_flight += 1;
        let outcome = exchange(agent, request);
        let mut counts = lock(&self.counts);
        counts.in_flight -= 1;
        match outcome {
            Ok(response) => {
                counts.sent += 1;
                counts.answered += 1;
                drop(counts);
                if again {
                    self.learn(identity, &response);
                }
                Some(response)
            }
            Err(Silence::NotSent) => None,
            Err(Silence::Unanswered) => {
                counts.sent += 1;
                counts.unanswered += 1;
                drop(counts);
                if writes {
                    lock(&self.lost).entry(identity).or_insert(Lost::Unknown);
                }
                None
            }
        }
    }

    /// What the answer to a repetition says of the request that was never answered.
    fn learn(&self, identity: u64, response: &Response) {
        if response.status().as_u16() == 409 && response.headers().contains_key("retry-after") {
            lock(&self.lost).insert(identity, Lost::HalfWay);
        }
        if response.status().is_server_error() || response.headers().contains_key("retry-after") {
            return;
        }
        let known = lock(&self.lost).remove(&identity);
        let mut counts = lock(&self.counts);
        match known {
            None => {}
            Some(Lost::HalfWay) => counts.half_way += 1,
            Some(Lost::Unknown) if response.headers().contains_key("idempotent-replayed") => {
                counts.had_effect += 1;
            }
            Some(Lost::Unknown) => counts.had_none += 1,
        }
    }
}

/// How a request ends without an answer.
enum Silence {
    /// Nobody was there to take it.
    NotSent,
    Unanswered,
}

fn exchange(agent: &ureq::Agent, request: Request) -> Result<Response, Silence> {
    let sent =
        if request.method() == http::Method::GET { agent.run(request.map(drop)) } else { agent.run(request) };
    let mut response = sent.map_err(|error| match error {
        ureq::Error::ConnectionFailed => Silence::NotSent,
        ureq::Error::Io(error) if error.kind() == std::io::ErrorKind::ConnectionRefused => Silence::NotSent,
        _ => Silence::Unanswered,
    })?;
    let body = response.body_mut().read_to_vec().map_err(|_| Silence::Unanswered)?;
    let (parts, _) = response.into_parts();
    Ok(Response::from_parts(parts, body))
}
