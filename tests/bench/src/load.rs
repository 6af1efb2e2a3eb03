//! A bounded load: a fixed number of requests from a few threads, each timed.

use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use house::Answer;

/// Requests under way at once.
pub(crate) const THREADS: usize = 8;

/// What one run of a load gave.
pub(crate) struct Measured {
    pub(crate) seconds: f64,
    pub(crate) latencies: Vec<Duration>,
    pub(crate) statuses: Vec<u16>,
    /// `Server-Timing` of the last answer.
    pub(crate) timing: String,
}

/// Sends `count` requests; `request` gets the number of each.
pub(crate) fn run(count: usize, request: impl Fn(usize) -> Answer + Sync) -> Measured {
    let (next, done) = (AtomicUsize::new(0), Mutex::new((Vec::new(), Vec::new(), String::new())));
    let started = Instant::now();
    thread::scope(|scope| {
        for _ in 0..THREADS {
            scope.spawn(|| {
                loop {
                    let number = next.fetch_add(1, Ordering::Relaxed);
                    if number >= count {
                        return;
                    }
                    let since = Instant::now();
                    let answer = request(number);
                    let taken = since.elapsed();
                    let mut done = done.lock().unwrap();
                    done.0.push(taken);
                    done.1.push(answer.status);
                    done.2 = answer.header("server-timing").unwrap_or_default().to_owned();
                }
            });
        }
    });
    let seconds = started.elapsed().as_secs_f64();
    let (mut latencies, statuses, timing) = done.into_inner().unwrap();
    latencies.sort();
    Measured { seconds, latencies, statuses, timing }
}
