//! One run: a storm of clients and faults, then calm, then rest, then the checks.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use contracts::Service;
use serde_json::{Value, json};
use web::Role;

use crate::check;
use crate::client::Client;
use crate::clients;
use crate::core::lock;
use crate::faults::Fault;
use crate::house::House;
use crate::inspect::number;
use crate::model::Model;

/// Clients at once.
const CLIENTS_MAX: usize = 8;
/// Scheduler steps after which a run counts as endless.
const TURNS_MAX: u64 = 400_000;
/// Rounds of the cron within which everything comes to rest.
const ROUNDS_MAX: usize = 30;
/// The cron's interval.
const CRON_MS: i64 = 60_000;
/// How long the clock moves on for mails that are to be tried again.
const MAIL_WAIT_MS: i64 = 600_000;
/// Lines of a failure's trace.
const TRACE_LINES: usize = 60;

/// What a run did and whether all was well.
#[derive(Debug, Clone)]
pub struct Report {
    /// The seed.
    pub seed: u64,
    /// A hash over every effect, in order: two runs of one seed have the same.
    pub hash: u64,
    /// Effects: calls, database calls, messages.
    pub effects: u64,
    /// Turns that the scheduler gave.
    pub turns: u64,
    /// Orders in the end.
    pub orders: u64,
    /// Faults, by kind.
    pub faults: BTreeMap<Fault, u64>,
    /// What is wrong; empty when all is well.
    pub failures: Vec<String>,
    /// The last effects that name what is wrong; only of a verbose run.
    pub trace: Vec<String>,
}

/// Runs one seed with so many clients.
///
/// # Errors
/// When the house cannot be wound back: a defect of the simulation.
pub fn run(house: &House, seed: u64, steps: u64, verbose: bool) -> Result<Report, String> {
    house.wind_back()?;
    let core = house.residence.core.clone();
    core.reset(seed, verbose);
    let mut run =
        Run { house, steps, come: 0, present: Arc::default(), model: Arc::default(), turns: 0, next_tick: 0 };
    let mut failures = Vec::new();
    let mut entities = Vec::new();
    match run.play() {
        Ok(()) => run.verify(&mut failures, &mut entities),
        Err(what) => failures.push(what),
    }
    failures.extend(
        lock(&run.model).surprises.iter().filter(|_| failures.is_empty()).cloned().collect::<Vec<_>>(),
    );
    entities.extend(failures.iter().flat_map(|failure| ids(failure)));
    let orders = number(house.residence.database(Service::Order), "select count(*) as n from orders");
    core.reset_tasks();
    let state = core.state();
    Ok(Report {
        seed,
        hash: state.trace.hash(),
        effects: state.effects,
        turns: run.turns,
        orders: orders.unsigned_abs(),
        faults: state.faults.counts.clone(),
        trace: if failures.is_empty() { Vec::new() } else { state.trace.about(&entities, TRACE_LINES) },
        failures,
    })
}

/// What is wrong once those who are present have left and everything has come to rest: nobody else comes, and
/// no other fault than those already under way happens. The points that are passed count until nothing but the
/// cron is left, or with it until all is at rest. Also answers the last effects that name what is wrong.
pub(crate) fn settle(
    house: &House,
    model: &Arc<Mutex<Model>>,
    present: &Arc<AtomicUsize>,
    with_cron: bool,
) -> (Vec<String>, Vec<String>) {
    let (present, model) = (present.clone(), model.clone());
    let mut run = Run { house, steps: 0, come: 0, present, model, turns: 0, next_tick: 0 };
    let (mut failures, mut entities) = (Vec::new(), Vec::new());
    let outcome = run.storm().and_then(|()| {
        let rests = house.run_until_idle(TURNS_MAX);
        if !with_cron {
            house.residence.core.state().points.look_away();
        }
        if rests { run.come_to_rest() } else { Err("the services do not come to rest".to_owned()) }
    });
    house.residence.core.state().points.look_away();
    match outcome {
        Ok(()) => run.verify(&mut failures, &mut entities),
        Err(what) => failures.push(what),
    }
    entities.extend(failures.iter().flat_map(|failure| ids(failure)));
    let trace = house.residence.core.state().trace.about(&entities, TRACE_LINES);
    house.residence.core.reset_tasks();
    (failures, trace)
}

/// The ids that a text names, except those of requests.
fn ids(text: &str) -> Vec<String> {
    let words = text.split(|letter: char| !letter.is_ascii_alphanumeric() && letter != '-');
    words.filter(|word| word.len() == 36 && word.matches('-').count() == 4).map(ToOwned::to_owned).collect()
}

struct Run<'a> {
    house: &'a House,
    steps: u64,
    come: u64,
    present: Arc<AtomicUsize>,
    model: Arc<Mutex<Model>>,
    turns: u64,
    next_tick: i64,
}

impl Run<'_> {
    fn model_now(&self) -> Model {
        lock(&self.model).clone()
    }

    fn present(&self) -> usize {
        self.present.load(Ordering::Relaxed)
    }

    fn client(&self, role: Role) -> Client {
        Client::new(&self.house.residence, &self.house.shop, &self.model, &self.present, role)
    }

    /// Compares the databases with what was told, and asks the house of itself.
    fn verify(&self, failures: &mut Vec<String>, entities: &mut Vec<String>) {
        for fault in check::check(&self.house.residence, &self.house.shop, &self.model_now()) {
            failures.push(fault.what);
            entities.extend(fault.entities);
        }
        failures.extend(self.reconcile());
    }

    fn play(&mut self) -> Result<(), String> {
        self.storm()?;
        self.house.residence.core.state().faults.end();
        self.storm()?;
        self.come_to_rest()
    }

    /// Clients come until all have come; then what they began goes on until they have left, but without
    /// faults, or their patience would decide what is found.
    fn storm(&mut self) -> Result<(), String> {
        let residence = &self.house.residence;
        let core = &residence.core;
        let calm = self.come >= self.steps;
        self.next_tick = core.now_ms(None) + CRON_MS;
        // How long the storm goes on after the last one has come.
        let mut aftermath = core.with_random(|random| random.below(300));
        loop {
            self.turns += 1;
            if self.turns > TURNS_MAX {
                return Err(format!("{} clients have not left after {TURNS_MAX} turns", self.present()));
            }
            if self.come < self.steps
                && self.present() < CLIENTS_MAX
                && (!core.has_ready() || core.with_random(|random| random.chance(60)))
            {
                self.come += 1;
                self.spawn_client();
            }
            if self.come >= self.steps && self.present() == 0 {
                return Ok(());
            }
            if !calm && self.come >= self.steps {
                aftermath = aftermath.saturating_sub(1);
                if aftermath == 0 {
                    return Ok(());
                }
            }
            self.happenings();
            if core.has_ready() {
                core.step();
            } else if !core.state().queues.is_empty() {
                residence.deliver();
            } else {
                let now = core.now_ms(None);
                let at = core.next_timer().unwrap_or(self.next_tick).min(self.next_tick);
                core.advance_ms((at - now).max(1));
            }
        }
    }

    /// What nobody does: stops, jumps, late messages, the cron.
    fn happenings(&mut self) {
        let residence = &self.house.residence;
        let core = &residence.core;
        let (stop, jump, deliver, garbage) = {
            let mut state = core.state();
            let crate::core::State { random, faults, queues, .. } = &mut *state;
            let intensity = faults.intensity;
            let stop = random.chance(intensity.stop).then(|| *random.pick(&Service::ALL));
            let jump = random.chance(intensity.jump).then(|| random.between(1_000, 150_000));
            let deliver = !queues.is_empty() && random.chance(intensity.delivery);
            (stop, jump, deliver, random.chance(intensity.malformed))
        };
        if let Some(service) = stop {
            core.state().faults.count(Fault::ServiceStopped);
            core.note(None, "stops and starts", || service.to_string(), &[service.name().as_bytes()]);
            core.stop(service);
        }
        if let Some(ms) = jump {
            core.state().faults.count(Fault::ClockJumped);
            core.advance_ms(ms);
        }
        if garbage {
            self.send_garbage();
        }
        if deliver {
            residence.deliver();
        }
        if core.now_ms(None) >= self.next_tick {
            self.next_tick = core.now_ms(None) + CRON_MS;
            residence.tick();
        }
    }

    /// A message that makes no sense. It is given to its reader until that has it: a queue that loses it has
    /// lost nothing of ours.
    fn send_garbage(&self) {
        let core = &self.house.residence.core;
        core.state().faults.count(Fault::MessageMalformed);
        let number = {
            let mut model = lock(&self.model);
            model.malformed += 1;
            model.malformed
        };
        let queue = core.with_random(|random| {
            *random.pick(&[contracts::Queue::OrderInbox, contracts::Queue::AccountingInbox])
        });
        self.house.residence.deliver_surely(queue, format!("garbage {number}"));
    }

    fn spawn_client(&self) {
        let client = self.client(Role::Guest);
        client.beside(clients::come(client.clone()));
    }

    /// The clock moves on and the cron fires until nothing changes any more.
    fn come_to_rest(&mut self) -> Result<(), String> {
        let residence = &self.house.residence;
        for _ in 0..ROUNDS_MAX {
            if !self.house.run_until_idle(TURNS_MAX) {
                return Err("the services do not come to rest".to_owned());
            }
            residence.core.advance_ms(61_000);
            residence.tick();
            if !self.house.run_until_idle(TURNS_MAX) {
                return Err("the cron does not come to rest".to_owned());
            }
            self.settle_letters()?;
            if self.is_at_rest() {
                break;
            }
        }
        // The checks say what is still under way.
        self.deliver_mails()
    }

    /// A mail that the provider did not take is tried again after longer and longer waits: nothing else waits for it.
    fn deliver_mails(&mut self) -> Result<(), String> {
        let residence = &self.house.residence;
        for _ in 0..ROUNDS_MAX {
            let waiting = "select count(*) as n from mails where next_at is not null";
            if number(residence.database(Service::Mail), waiting) == 0 {
                return Ok(());
            }
            residence.core.advance_ms(MAIL_WAIT_MS);
            residence.tick();
            if !self.house.run_until_idle(TURNS_MAX) {
                return Err("the mails do not come to rest".to_owned());
            }
        }
        Ok(())
    }

    fn is_at_rest(&self) -> bool {
        let order = self.house.residence.database(Service::Order);
        let waiting: i64 = Service::ALL
            .iter()
            .map(|service| {
                let database = self.house.residence.database(*service);
                number(database, "select count(*) as n from outbox where delivered_at is null")
            })
            .sum();
        let letters = number(
            self.house.residence.database(Service::Gateway),
            "select count(*) as n from dead_letters where status = 'New'",
        );
        let half = number(
            order,
            "select (select count(*) from orders where saga_step is not null) \
            + (select count(*) from refunds where status <> 'Completed') as n",
        );
        waiting == 0 && half == 0 && letters == 0
    }

    /// An admin looks at the dead letters: garbage is discarded, everything else is replayed.
    fn settle_letters(&mut self) -> Result<(), String> {
        let new = number(
            self.house.residence.database(Service::Gateway),
            "select count(*) as n from dead_letters where status = 'New'",
        );
        if new == 0 {
            return Ok(());
        }
        let admin = self.client(Role::Admin);
        let client = admin.clone();
        admin.beside(async move {
            let Some(page) =
                client.ask("GET", "/ops/dead-letters?status=New&limit=100", None, &Value::Null).await
            else {
                return;
            };
            for letter in page.body["data"].as_array().into_iter().flatten() {
                let id = letter["id"].as_str().unwrap_or_default();
                if letter.to_string().contains("garbage") {
                    let path = format!("/ops/dead-letters/{id}/discard");
                    client.ask("POST", &path, None, &json!({ "reason": "Garbage" })).await;
                } else {
                    client.ask("POST", &format!("/ops/dead-letters/{id}/replay"), None, &json!({})).await;
                }
            }
        });
        if self.house.run_until_idle(TURNS_MAX) {
            Ok(())
        } else {
            Err("the dead letters do not come to rest".to_owned())
        }
    }

    /// What the house says of itself.
    fn reconcile(&self) -> Vec<String> {
        let report: Arc<Mutex<Value>> = Arc::default();
        let (client, result) = (self.client(Role::Admin), report.clone());
        let work = async move {
            if let Some(answer) = client.ask("GET", "/ops/reconciliation", None, &Value::Null).await {
                *lock(&result) = answer.body;
            }
        };
        self.house.residence.core.spawn(None, Box::pin(work));
        self.house.run_until_idle(TURNS_MAX);
        let report = lock(&report);
        if report["ok"] == true {
            return Vec::new();
        }
        let checks = report["checks"].as_array().into_iter().flatten();
        let failed: Vec<String> = checks
            .filter(|check| check["ok"] != true)
            .map(|check| format!("reconciliation: {}: {}", check["name"], check["failures"]))
            .collect();
        if failed.is_empty() { vec![format!("the reconciliation did not answer: {report}")] } else { failed }
    }
}
