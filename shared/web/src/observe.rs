//! What can be observed from outside: one structured line per request, message and sweep, and the metrics of
//! `/metrics`.
//!
//! A line says what happened and how long it took, never a body, a token or a password. Metrics count since this
//! isolate started: a collector adds them up.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Mutex, PoisonError};

use contracts::Service;
use platform::World;
use serde::ser::{Serialize, SerializeMap as _, Serializer};
use serde_json::Value;

/// Upper bounds of the latency histogram, in milliseconds.
const BOUNDS_MS: [i64; 9] = [1, 3, 10, 30, 100, 300, 1_000, 3_000, 10_000];

/// Writes one JSON line.
pub(crate) fn log(
    world: &dyn World,
    service: Service,
    level: &str,
    request_id: Option<&str>,
    fields: &[(&str, Value)],
) {
    let line = Line { level, service: service.name(), request_id, fields };
    if let Ok(line) = serde_json::to_string(&line) {
        world.log(&line);
    }
}

struct Line<'a> {
    level: &'a str,
    service: &'a str,
    request_id: Option<&'a str>,
    fields: &'a [(&'a str, Value)],
}

impl Serialize for Line<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut line = serializer.serialize_map(None)?;
        line.serialize_entry("level", self.level)?;
        line.serialize_entry("service", self.service)?;
        if let Some(request_id) = self.request_id {
            line.serialize_entry("requestId", request_id)?;
        }
        self.fields.iter().try_for_each(|(name, value)| line.serialize_entry(name, value))?;
        line.end()
    }
}

/// The number of calls that one request, message or sweep made.
#[derive(Default)]
pub(crate) struct Tally {
    queries: AtomicU32,
    batches: AtomicU32,
    calls: AtomicU32,
    timings: Mutex<Vec<String>>,
}

impl Tally {
    pub(crate) fn queried(&self) {
        self.queries.fetch_add(1, Ordering::Relaxed);
    }

    pub(crate) fn committed(&self) {
        self.batches.fetch_add(1, Ordering::Relaxed);
    }

    pub(crate) fn called(&self) {
        self.calls.fetch_add(1, Ordering::Relaxed);
    }

    /// Adds what a peer reports about its own part.
    pub(crate) fn timed(&self, timing: &str) {
        self.timings.lock().unwrap_or_else(PoisonError::into_inner).push(timing.to_owned());
    }

    /// Queries, batches and calls.
    pub(crate) fn counts(&self) -> (u32, u32, u32) {
        let count = |counter: &AtomicU32| counter.load(Ordering::Relaxed);
        (count(&self.queries), count(&self.batches), count(&self.calls))
    }

    /// `Server-Timing`: this service's milliseconds, queries, batches and calls, then its peers'.
    pub(crate) fn server_timing(&self, service: Service, milliseconds: i64) -> String {
        let (queries, batches, calls) = self.counts();
        let own = format!(
            "{service};dur={milliseconds};desc=\"queries={queries} batches={batches} calls={calls}\""
        );
        let peers = self.peers();
        if peers.is_empty() { own } else { format!("{own}, {peers}") }
    }

    /// What the peers reported about their parts.
    pub(crate) fn peers(&self) -> String {
        self.timings.lock().unwrap_or_else(PoisonError::into_inner).join(", ")
    }
}

/// A histogram of milliseconds.
#[derive(Clone, Default)]
struct Histogram {
    counts: [u64; BOUNDS_MS.len()],
    count: u64,
    sum_ms: i64,
}

impl Histogram {
    fn add(&mut self, milliseconds: i64) {
        for (count, bound) in self.counts.iter_mut().zip(BOUNDS_MS) {
            *count = count.saturating_add(u64::from(milliseconds <= bound));
        }
        self.count = self.count.saturating_add(1);
        self.sum_ms = self.sum_ms.saturating_add(milliseconds);
    }

    fn write(&self, text: &mut String, name: &str, labels: &str) {
        for (count, bound) in self.counts.iter().zip(BOUNDS_MS) {
            let _ = writeln!(text, "{name}_bucket{{{labels},le=\"{bound}\"}} {count}");
        }
        let _ = writeln!(text, "{name}_bucket{{{labels},le=\"+Inf\"}} {}", self.count);
        let _ = writeln!(text, "{name}_sum{{{labels}}} {}", self.sum_ms);
        let _ = writeln!(text, "{name}_count{{{labels}}} {}", self.count);
    }
}

/// The counters of this isolate.
#[derive(Default)]
pub(crate) struct Figures(Mutex<Counted>);

#[derive(Default)]
struct Counted {
    /// By status, and by method and route.
    requests: BTreeMap<u16, BTreeMap<String, Histogram>>,
    /// By event, and whether it was taken in.
    messages: BTreeMap<(String, bool), Histogram>,
    queries: u64,
    batches: u64,
    calls: u64,
}

impl Figures {
    fn change(&self, change: impl FnOnce(&mut Counted)) {
        change(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner));
    }

    pub(crate) fn request(&self, route: &str, status: u16, milliseconds: i64, tally: &Tally) {
        self.change(|counted| {
            let routes = counted.requests.entry(status).or_default();
            match routes.get_mut(route) {
                Some(histogram) => histogram.add(milliseconds),
                None => routes.entry(route.to_owned()).or_default().add(milliseconds),
            }
            counted.add(tally);
        });
    }

    pub(crate) fn message(&self, event: &str, taken: bool, milliseconds: i64, tally: &Tally) {
        self.change(|counted| {
            counted.messages.entry((event.to_owned(), taken)).or_default().add(milliseconds);
            counted.add(tally);
        });
    }

    /// Prometheus text.
    pub(crate) fn render(&self, service: Service) -> String {
        let counted = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let mut text = String::new();
        let own = format!("service=\"{service}\"");
        heading(
            &mut text,
            "http_request_duration_milliseconds",
            "Requests by route and status.",
            "histogram",
        );
        let requests = counted.requests.iter();
        let requests = requests.flat_map(|(status, routes)| routes.iter().map(move |route| (status, route)));
        for (status, (route, histogram)) in requests {
            let labels = format!("{own},route=\"{route}\",status=\"{status}\"");
            histogram.write(&mut text, "http_request_duration_milliseconds", &labels);
        }
        heading(
            &mut text,
            "message_duration_milliseconds",
            "Messages by event, and whether taken in.",
            "histogram",
        );
        for ((event, taken), histogram) in &counted.messages {
            let labels = format!("{own},event=\"{event}\",taken=\"{taken}\"");
            histogram.write(&mut text, "message_duration_milliseconds", &labels);
        }
        for (name, help, value) in [
            ("database_queries_total", "Reads of the service's database.", counted.queries),
            ("database_batches_total", "Units of work committed or refused.", counted.batches),
            ("peer_calls_total", "Calls of other services.", counted.calls),
        ] {
            heading(&mut text, name, help, "counter");
            let _ = writeln!(text, "{name}{{{own}}} {value}");
        }
        text
    }
}

impl Counted {
    fn add(&mut self, tally: &Tally) {
        let (queries, batches, calls) = tally.counts();
        self.queries = self.queries.saturating_add(u64::from(queries));
        self.batches = self.batches.saturating_add(u64::from(batches));
        self.calls = self.calls.saturating_add(u64::from(calls));
    }
}

fn heading(text: &mut String, name: &str, help: &str, kind: &str) {
    let _ = writeln!(text, "# HELP {name} {help}\n# TYPE {name} {kind}");
}
