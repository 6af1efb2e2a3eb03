//! The crash test: the clients of the simulation work with the real Workers, workerd dies of SIGKILL again and
//! again in the middle of it, and nothing may be lost, doubled or half-done.
//!
//! A request that is not completely answered is sent again with the same key until it is, while others go on.
//! At the end everything comes to rest, the house must find nothing wrong with itself, and what the clients were
//! told is held against the files that are left on the disk (`house_simulation::wire`). Only the moments of the
//! kills and what the clients want come from the seed: who is faster is not ours to say, so a run does not repeat
//! itself. The death of the process is what this shows, not that of the machine: what workerd has written and not
//! yet synced is kept by the system's cache.
#![allow(clippy::disallowed_methods, reason = "a test of the real runtime keeps the time of this machine")]

use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use house::{Api as _, User};
use house_simulation::wire::{Counts, Doubling, Found, Load, Outcome, SECRETS};
use serde_json::Value;

use crate::Workerd;

/// How long after the first answer of a new workerd it dies, in milliseconds.
const LIFE_MS: (u64, u64) = (20, 600);
/// The cron's interval; a real one fires each minute.
const CRON: Duration = Duration::from_secs(3);
/// How long the house may take to end what it has begun: a checkout is taken up again half a minute after it stopped.
const REST_MAX: Duration = Duration::from_secs(180);

/// What to try.
#[derive(Debug, Clone, Copy)]
pub struct Options {
    /// How often workerd dies.
    pub kills: u32,
    /// What the moments of its death and the wishes of the clients come from.
    pub seed: u64,
    /// Whether the clients behave.
    pub doubling: Doubling,
}

/// What came of it.
pub struct Report {
    /// What the clients were told.
    pub outcome: Outcome,
    /// What is in the files.
    pub found: Found,
    /// The folder of the databases.
    pub databases: PathBuf,
    /// Kills while requests were under way.
    pub kills_in_flight: u32,
    /// From SIGKILL to a workerd that takes requests, on the average.
    pub restart: Duration,
    /// Everything that is wrong.
    pub failures: Vec<String>,
}

/// SplitMix64: the moments of the kills.
struct Moments(u64);

impl Moments {
    fn between(&mut self, low: u64, high: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        low + (mixed ^ (mixed >> 31)) % (high - low + 1)
    }
}

/// Runs the test in a data folder of its own; `progress` hears of every kill.
///
/// # Panics
/// When the runtime does not start, or a client panics: nothing was tested then.
#[must_use]
pub fn run(options: Options, mut progress: impl FnMut(u32, Counts)) -> Report {
    let workerd = Workerd::start_with(&format!("crash-{}", options.seed), SECRETS, None);
    let load = Load::start(&workerd.url, options.seed, options.doubling);
    while !load.is_open() && !load.has_ended() {
        thread::sleep(Duration::from_millis(20));
    }
    let (mut kills_in_flight, mut restarts) = (0, Duration::ZERO);
    let cron_ends = AtomicBool::new(false);
    thread::scope(|scope| {
        scope.spawn(|| tick(&workerd, &cron_ends));
        let mut moments = Moments(options.seed);
        for kill in 1..=options.kills {
            if !wait_for_answer(&load) {
                break;
            }
            thread::sleep(Duration::from_millis(moments.between(LIFE_MS.0, LIFE_MS.1)));
            let before = load.counts();
            kills_in_flight += u32::from(before.in_flight > 0);
            let since = Instant::now();
            workerd.crash();
            restarts += since.elapsed();
            progress(kill, before);
        }
        cron_ends.store(true, Ordering::Relaxed);
    });
    let mut failures = Vec::new();
    let outcome = finish(&workerd, load);
    failures.extend(rest(&workerd));
    failures.extend(reconcile(&workerd));
    let databases = workerd.stop();
    let found = outcome.check(&databases).unwrap();
    failures.extend(found.failures.iter().cloned());
    let restart = restarts / options.kills.max(1);
    Report { outcome, found, databases, kills_in_flight, restart, failures }
}

/// Waits until the load has resumed; not when it has ended.
fn wait_for_answer(load: &Load) -> bool {
    let before = load.counts().answered;
    while load.counts().answered == before {
        if load.has_ended() {
            return false;
        }
        thread::sleep(Duration::from_millis(1));
    }
    true
}

/// The cron, also while workerd dies: a round that dies with it is heard of no more.
fn tick(workerd: &Workerd, ends: &AtomicBool) {
    let mut last = Instant::now();
    while !ends.load(Ordering::Relaxed) {
        if last.elapsed() >= CRON {
            let _ = workerd.scheduled();
            last = Instant::now();
        }
        thread::sleep(Duration::from_millis(20));
    }
}

/// Everybody gets an answer; the cron goes on meanwhile.
fn finish(workerd: &Workerd, load: Load) -> Outcome {
    let ends = AtomicBool::new(false);
    thread::scope(|scope| {
        scope.spawn(|| tick(workerd, &ends));
        let outcome = load.finish();
        ends.store(true, Ordering::Relaxed);
        outcome.unwrap()
    })
}

/// Lets the cron fire until no message waits, nothing stands half-way and no dead letter is new.
pub(crate) fn rest(workerd: &Workerd) -> Option<String> {
    let since = Instant::now();
    loop {
        let _ = workerd.scheduled();
        let half = workerd.number(
            "order",
            "select (select count(*) from orders where saga_step is not null) \
            + (select count(*) from refunds where status <> 'Completed') as n",
        );
        let letters =
            workerd.number("gateway", "select count(*) as n from dead_letters where status = 'New'");
        if (workerd.waiting(), half, letters) == (0, 0, 0) {
            return None;
        }
        if since.elapsed() > REST_MAX {
            let waiting = workerd.waiting();
            return Some(format!(
                "no rest: {waiting} messages wait, {half} checkouts and refunds stand half-way, {letters} dead letters"
            ));
        }
        thread::sleep(Duration::from_millis(500));
    }
}

/// What the house says of itself.
pub(crate) fn reconcile(workerd: &Workerd) -> Vec<String> {
    let answer = workerd.get(User::Admin, "/ops/reconciliation");
    let report = answer.json_or_null();
    if answer.status == 200 && report["ok"] == true {
        return Vec::new();
    }
    let checks = report["checks"].as_array().into_iter().flatten();
    let failed = checks.filter(|check| check["ok"] != true);
    let said = |check: &Value| format!("reconciliation: {}: {}", check["name"], check["failures"]);
    std::iter::once(format!("reconciliation: {}", answer.status)).chain(failed.map(said)).collect()
}
