//! A client that plays a scenario at a system's public door.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU64, Ordering};

use house::{Answer, Api, Call, User};

use crate::load::Outcome;
use crate::scenario::{Scenario, Step};

/// A client, with what it has drawn and captured.
pub(crate) struct Client<'a> {
    scenario: &'a Scenario,
    api: &'a dyn Api,
    number: usize,
    random: Random,
    values: BTreeMap<String, String>,
    /// Variables that are not drawn.
    given: BTreeMap<String, String>,
    as_guest: bool,
    /// Why a step failed the last time.
    pub(crate) failure: Option<String>,
}

/// SplitMix64.
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    fn below(&mut self, bound: u64) -> u64 {
        self.next() % bound.max(1)
    }
}

/// `${seq}`.
static SEQUENCE: AtomicU64 = AtomicU64::new(1);
/// Clients so far. Each starts its random numbers elsewhere, so that no id comes twice.
static CLIENTS: AtomicU64 = AtomicU64::new(1);

impl<'a> Client<'a> {
    pub(crate) fn new(api: &'a dyn Api, scenario: &'a Scenario, number: usize) -> Self {
        let start = u64::from(std::process::id()) << 32 | CLIENTS.fetch_add(1, Ordering::Relaxed);
        let random = Random(start.wrapping_mul(0x9e37_79b9));
        let (values, given) = (BTreeMap::new(), BTreeMap::new());
        Self { scenario, api, number, random, values, given, as_guest: false, failure: None }
    }

    /// Without a token, whoever the scenario names.
    pub(crate) fn guest(mut self, as_guest: bool) -> Self {
        self.as_guest = as_guest;
        self
    }

    /// Gives a variable a value instead of the scenario's.
    pub(crate) fn set(&mut self, name: &str, value: &str) {
        self.given.insert(name.to_owned(), value.to_owned());
    }

    /// A captured value.
    pub(crate) fn value(&self, name: &str) -> Option<&str> {
        self.values.get(name).map(String::as_str)
    }

    /// What a client does once.
    pub(crate) fn prepare(&mut self) -> Outcome {
        self.draw();
        self.play(&self.scenario.init)
    }

    /// The steps once.
    pub(crate) fn repeat(&mut self) -> Outcome {
        self.draw();
        self.play(&self.scenario.steps)
    }

    /// Draws the variables.
    pub(crate) fn draw(&mut self) {
        for (name, text) in &self.scenario.vars {
            let value = self.given.get(name).cloned().unwrap_or_else(|| self.fill(text));
            self.values.insert(name.clone(), value);
        }
    }

    /// Plays steps until one is refused or fails.
    pub(crate) fn play(&mut self, steps: &[Step]) -> Outcome {
        for step in steps {
            let outcome = self.step(step).unwrap_or_else(|why| {
                self.failure = Some(format!("{}: {why}", step.name));
                Outcome::Failed
            });
            if outcome != Outcome::Done {
                return outcome;
            }
        }
        Outcome::Done
    }

    fn step(&mut self, step: &Step) -> Result<Outcome, String> {
        let path = self.fill(&step.path);
        let body = step.body.as_ref().map(|body| self.fill(&body.text)).unwrap_or_default();
        let headers: Vec<(&str, String)> =
            step.headers.iter().map(|(name, text)| (name.as_str(), self.fill(text))).collect();
        let headers: Vec<(&str, &str)> =
            headers.iter().map(|(name, value)| (*name, value.as_str())).collect();
        let user = if self.as_guest { User::Guest } else { user(&step.user)? };
        let call = Call { user, method: &step.method, path: &path, headers: &headers, body: &body };
        let answer = self.api.call(&call);
        let has = |text: &String| answer.text.contains(text.as_str());
        if step.reject.all().contains(&answer.status) || step.reject_has.all().iter().any(has) {
            return Ok(Outcome::Refused);
        }
        let as_expected = step.expect.all().contains(&answer.status)
            && step.has.all().iter().all(has)
            && !step.lacks.all().iter().any(has);
        if !as_expected {
            return Err(format!("{} {:.300}", answer.status, answer.text));
        }
        for (name, from) in &step.capture {
            if let Some(value) = captured(&answer, from)? {
                self.values.insert(name.clone(), value);
            }
        }
        Ok(Outcome::Done)
    }

    /// A text with its placeholders filled in.
    fn fill(&mut self, text: &str) -> String {
        let mut parts = text.split("${");
        let mut filled = parts.next().unwrap_or_default().to_owned();
        for part in parts {
            let (placeholder, rest) = part.split_once('}').unwrap_or((part, ""));
            filled += &self.placeholder(placeholder);
            filled += rest;
        }
        filled
    }

    fn placeholder(&mut self, text: &str) -> String {
        let fields: Vec<&str> = text.split(':').collect();
        match fields[..] {
            ["int", low, high] => {
                let (low, high): (u64, u64) = (low.parse().unwrap_or(0), high.parse().unwrap_or(0));
                (low + self.random.below(high.saturating_sub(low).saturating_add(1))).to_string()
            }
            ["pad", width, name] => {
                let value = self.value(name).unwrap_or("0");
                format!("{value:0>width$}", width = width.parse().unwrap_or(0))
            }
            ["pick", list] => {
                let lines = self.scenario.list(list);
                let picked = usize::try_from(self.random.below(lines.len() as u64)).unwrap_or_default();
                lines.get(picked).cloned().unwrap_or_default()
            }
            ["seq"] => SEQUENCE.fetch_add(1, Ordering::Relaxed).to_string(),
            ["uuid"] => {
                let (high, low) = (self.random.next(), self.random.next());
                let (first, second, third) = (high >> 32, high >> 16 & 0xffff, high & 0xfff);
                format!(
                    "{first:08x}-{second:04x}-4{third:03x}-8{:03x}-{:012x}",
                    low >> 52,
                    low & 0xffff_ffff_ffff
                )
            }
            ["client"] => self.number.to_string(),
            _ => self.value(text).unwrap_or_default().to_owned(),
        }
    }
}

/// The demo user of this name; nobody without a name.
fn user(name: &str) -> Result<User, String> {
    let all = [User::Guest, User::Admin, User::Manager, User::Accountant, User::Warehouse, User::Cashier];
    let found = all.into_iter().find(|user| format!("{user:?}").eq_ignore_ascii_case(name));
    if name.is_empty() { Ok(User::Guest) } else { found.ok_or_else(|| format!("no demo user {name}")) }
}

/// A value of an answer; none for a header that is missing: what was captured before stays.
fn captured(answer: &Answer, from: &str) -> Result<Option<String>, String> {
    if let Some(header) = from.strip_prefix("header:") {
        return Ok(answer.header(header).map(str::to_owned));
    }
    match answer.json_or_null().pointer(from) {
        None | Some(serde_json::Value::Null) => Err(format!("no {from} in the answer")),
        Some(serde_json::Value::String(text)) => Ok(Some(text.clone())),
        Some(other) => Ok(Some(other.to_string())),
    }
}
