//! The one driver: clients that send requests, each timed, until so many were sent or so much time has passed.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Barrier, Mutex};
use std::thread;
use std::time::{Duration, Instant};

use xtask::process::interrupted;

/// When a client sends its next request.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Pace {
    /// So long after an answer.
    Think(Duration),
    /// So many a second by all clients, whatever the answers do. A request that waits for a free client is timed from
    /// the moment when it was due.
    Rate(f64),
}

/// A pause before each request. Without it a client on the same machine answers before workerd's event loop has left
/// its connection. The loop then does not turn to its other connections, and their clients starve for seconds.
pub(crate) const THINK: Pace = Pace::Think(Duration::from_millis(1));

/// When the load ends; a request that was sent is answered first. What was due and not sent is not sent any more.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Until {
    Count(usize),
    Time(Duration),
    /// Whichever comes first.
    Either(usize, Duration),
}

/// What became of a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Outcome {
    Done,
    /// Refused, as the scenario foresees: the goods are gone.
    Refused,
    Failed,
}

/// A load.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Load {
    pub(crate) clients: usize,
    pub(crate) pace: Pace,
    pub(crate) until: Until,
}

/// What a load gave.
#[derive(Debug, Default)]
pub(crate) struct Measured {
    pub(crate) seconds: f64,
    /// Of what was done or refused, the shortest first.
    pub(crate) latencies: Vec<Duration>,
    pub(crate) refused: usize,
    pub(crate) failed: usize,
}

impl Measured {
    pub(crate) fn answered(&self) -> usize {
        self.latencies.len()
    }

    pub(crate) fn done(&self) -> usize {
        self.answered() - self.refused
    }

    pub(crate) fn per_second(&self) -> f64 {
        number(self.answered()) / self.seconds
    }

    /// The latency, in milliseconds, that so many of a hundred requests stay below.
    pub(crate) fn percentile_ms(&self, percent: usize) -> f64 {
        let last = self.latencies.len().saturating_sub(1);
        self.latencies.get(last * percent / 100).map_or(0.0, |latency| latency.as_secs_f64() * 1000.0)
    }

    /// Adds another load that ran after this one.
    pub(crate) fn add(&mut self, other: Self) {
        self.seconds += other.seconds;
        self.latencies.extend(other.latencies);
        self.latencies.sort();
        self.refused += other.refused;
        self.failed += other.failed;
    }
}

#[allow(clippy::cast_precision_loss, reason = "a count for people")]
pub(crate) fn number(count: usize) -> f64 {
    count as f64
}

impl Load {
    /// Runs it. `request` gets the number of its client and its own.
    pub(crate) fn run(self, request: impl Fn(usize, usize) -> Outcome + Sync) -> Measured {
        let (next, all) = (AtomicUsize::new(0), Mutex::new(Measured::default()));
        let together = Barrier::new(self.clients + 1);
        let started = thread::scope(|scope| {
            for client in 0..self.clients {
                let (next, all, together, request) = (&next, &all, &together, &request);
                scope.spawn(move || {
                    together.wait();
                    let own = self.client(Instant::now(), next, |number| request(client, number));
                    all.lock().unwrap().add(own);
                });
            }
            together.wait();
            Instant::now()
        });
        Measured { seconds: started.elapsed().as_secs_f64(), ..all.into_inner().unwrap() }
    }

    fn client(self, started: Instant, next: &AtomicUsize, request: impl Fn(usize) -> Outcome) -> Measured {
        let mut own = Measured::default();
        loop {
            if let Pace::Think(pause) = self.pace {
                thread::sleep(pause);
            }
            let number = next.fetch_add(1, Ordering::Relaxed);
            let due = match self.pace {
                Pace::Think(_) => Instant::now(),
                Pace::Rate(rate) => started + Duration::from_secs_f64(crate::load::number(number) / rate),
            };
            let over = match self.until {
                Until::Count(count) => number >= count,
                Until::Time(time) => due.max(Instant::now()) >= started + time,
                Until::Either(count, time) => number >= count || due >= started + time,
            };
            if over || interrupted() {
                return own;
            }
            thread::sleep(due.saturating_duration_since(Instant::now()));
            match request(number) {
                Outcome::Done => own.latencies.push(due.elapsed()),
                Outcome::Refused => {
                    own.refused += 1;
                    own.latencies.push(due.elapsed());
                }
                Outcome::Failed => own.failed += 1,
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_load_sends_what_it_should_and_counts_what_came() {
        let load = Load { clients: 3, pace: Pace::Think(Duration::ZERO), until: Until::Count(90) };
        let measured = load.run(|_, number| match number % 3 {
            0 => Outcome::Done,
            1 => Outcome::Refused,
            _ => Outcome::Failed,
        });
        assert_eq!((measured.done(), measured.refused, measured.failed), (30, 30, 30));
    }

    #[test]
    fn what_waits_for_a_client_is_timed_from_when_it_was_due() {
        let load = Load { clients: 1, pace: Pace::Rate(1000.0), until: Until::Count(3) };
        let measured = load.run(|_, _| {
            thread::sleep(Duration::from_millis(20));
            Outcome::Done
        });
        // The third was due after 2 ms, and began after 40.
        assert!(measured.latencies[2] >= Duration::from_millis(58), "{:?}", measured.latencies);
    }
}
