//! A run: examples, then changed examples, each answer judged; at the end the house must reconcile.

use std::collections::{BTreeMap, BTreeSet};

use house::{Answer, Api, User};
use serde_json::Value;

use crate::door::{Door, Outcome};
use crate::examples::{Example, record};
use crate::judge::judge;
use crate::mutate::{Seen, mutate};
use crate::random::Random;
use crate::request::Request;

/// After so many requests the examples are recorded anew: what they name has been paid, shipped, deleted.
const RECORDED_EVERY: u64 = 1_000;
/// Of ten requests that hash a password, nine are left out.
const SLOW_ONE_IN: usize = 10;
/// The most ids and cursors to remember.
const SEEN_MAX: usize = 400;
/// The most failures to keep: each is another route, status or reason.
const FAILURES_MAX: usize = 40;
/// The demo users: who changes them locks the run out.
const DEMO_USER: &str = "0190d000-0000-7000-8000-00000000a";

/// The one check that a valid request can fail: a till that says it is at its ninth sale has a gap before it.
const GAPS: &str = "order.terminal_sequences_have_no_gaps";

/// What to do.
#[derive(Debug, Clone)]
pub struct Options {
    /// The seed.
    pub seed: u64,
    /// How many requests, beside the examples.
    pub requests: u64,
    /// Makes the names of this run its own, in a house that has seen others.
    pub tag: String,
}

/// A request whose answer is wrong.
#[derive(Debug, Clone)]
pub struct Failure {
    /// Its number in the run.
    pub number: u64,
    /// What is wrong.
    pub reason: String,
    /// The route of the example it was made of.
    pub route: String,
    /// The command that sends it again.
    pub curl: String,
    /// The answer.
    pub answer: String,
}

/// What a run came to.
#[derive(Debug, Clone, Default)]
pub struct Report {
    /// The seed.
    pub seed: u64,
    /// Requests sent, without the examples.
    pub requests: u64,
    /// Examples sent.
    pub examples: u64,
    /// Requests that no client could send.
    pub unsendable: u64,
    /// Routes that were tried.
    pub routes: BTreeSet<(String, String)>,
    /// Answers by status.
    pub statuses: BTreeMap<u16, u64>,
    /// Requests whose answer is wrong.
    pub failed: u64,
    /// The first of each kind.
    pub failures: Vec<Failure>,
}

/// Runs.
pub fn run(door: &dyn Door, options: &Options) -> Report {
    let mut report = Report { seed: options.seed, ..Report::default() };
    let (mut random, mut seen, mut examples) = (Random::new(options.seed), Seen::default(), Vec::new());
    while report.requests + report.unsendable < options.requests {
        if (report.requests + report.unsendable).is_multiple_of(RECORDED_EVERY) || examples.is_empty() {
            door.renew();
            let generation = (report.requests + report.unsendable) / RECORDED_EVERY;
            match record(as_api(door), &format!("{}-{generation}", options.tag)) {
                Ok(recorded) => examples = recorded,
                Err(error) => {
                    report.fail(
                        &Request::none(),
                        "",
                        format!("a valid request is refused: {error}"),
                        String::new(),
                        door.url(),
                    );
                    if examples.is_empty() {
                        return report;
                    }
                }
            }
            report.examples += examples.len() as u64;
            report.routes.extend(examples.iter().map(|e| (e.request.method.clone(), e.route.to_owned())));
        }
        let example = choose(&mut random, &examples).clone();
        let request = mutate(&mut random, &example, &seen);
        report.take(door, &example, &request, &mut seen);
    }
    report.finish(door);
    report
}

fn as_api(door: &dyn Door) -> &dyn Api {
    door
}

fn choose<'a>(random: &mut Random, examples: &'a [Example]) -> &'a Example {
    loop {
        let example = random.choose(examples);
        if !example.slow || random.once_in(SLOW_ONE_IN) {
            return example;
        }
    }
}

impl Request {
    fn none() -> Self {
        Self {
            user: User::Guest,
            method: String::new(),
            path: String::new(),
            headers: Vec::new(),
            body: Vec::new(),
        }
    }
}

impl Report {
    fn take(&mut self, door: &dyn Door, example: &Example, request: &Request, seen: &mut Seen) {
        match door.send(request) {
            Outcome::Unsendable => self.unsendable += 1,
            Outcome::Broken(cause) => {
                self.requests += 1;
                self.fail(request, example.route, cause, String::new(), door.url());
            }
            Outcome::Answered(answer) => {
                self.requests += 1;
                *self.statuses.entry(answer.status).or_default() += 1;
                if let Err(reason) = judge(request, &answer) {
                    let shown =
                        format!("{} {}", answer.status, answer.text.chars().take(1_000).collect::<String>());
                    self.fail(request, example.route, reason, shown, door.url());
                }
                remember(seen, &answer);
            }
        }
    }

    fn fail(&mut self, request: &Request, route: &str, reason: String, answer: String, url: &str) {
        self.failed += 1;
        let known = self.failures.iter().any(|failure| failure.reason == reason && failure.route == route);
        if known || self.failures.len() >= FAILURES_MAX {
            return;
        }
        let route = route.to_owned();
        self.failures.push(Failure { number: self.requests, reason, route, curl: request.curl(url), answer });
    }

    /// Every message arrives, everything agrees, and the house is well.
    fn finish(&mut self, door: &dyn Door) {
        door.renew();
        door.settle();
        let books = as_api(door).get(User::Admin, "/ops/reconciliation");
        let checks = books.json_or_null()["checks"].as_array().cloned().unwrap_or_default();
        let wrong = |check: &&Value| check["ok"] != true && check["name"] != GAPS;
        if books.status != 200 || checks.is_empty() || checks.iter().any(|check| wrong(&check)) {
            let reason = "the house does not reconcile".to_owned();
            self.fail(&Request::none(), "/ops/reconciliation", reason, books.text, door.url());
        }
        let letters = as_api(door).get(User::Admin, "/ops/dead-letters");
        if letters.json_or_null()["data"].as_array().is_none_or(|letters| !letters.is_empty()) {
            let reason = "a message could not be taken in".to_owned();
            self.fail(&Request::none(), "/ops/dead-letters", reason, letters.text, door.url());
        }
        let health = as_api(door).get(User::Manager, "/health");
        if health.status != 200 || health.json_or_null()["status"] != "ok" {
            self.fail(
                &Request::none(),
                "/health",
                "the house is not well".to_owned(),
                health.text,
                door.url(),
            );
        }
    }
}

/// Ids and cursors of an answer, to be used where they do not belong.
fn remember(seen: &mut Seen, answer: &Answer) {
    if answer.status >= 300 || answer.text.len() > 100_000 {
        return;
    }
    collect(seen, &answer.json_or_null());
    for list in [&mut seen.ids, &mut seen.cursors] {
        let surplus = list.len().saturating_sub(SEEN_MAX);
        drop(list.drain(..surplus));
    }
}

fn collect(seen: &mut Seen, json: &Value) {
    match json {
        Value::Object(members) => {
            for (name, value) in members {
                match value.as_str() {
                    Some(cursor) if name == "nextCursor" => seen.cursors.push(cursor.to_owned()),
                    _ => collect(seen, value),
                }
            }
        }
        Value::Array(items) => items.iter().for_each(|item| collect(seen, item)),
        Value::String(text) if uuid::Uuid::try_parse(text).is_ok() && text.len() == 36 => {
            let known = text.starts_with(DEMO_USER) || seen.ids.contains(text);
            seen.ids.extend((!known).then(|| text.clone()));
        }
        _ => {}
    }
}
