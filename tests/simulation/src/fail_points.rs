//! Every point of every use case that sells, cancels or gives back: the services stop there, once, and the
//! client sends its request again with its key.
//!
//! A first run of a story (`stories.rs`) without a stop counts its points: before and after each effect of each
//! service, from the request until nothing but the cron is left to happen, or, where the queues lose everything,
//! until the cron has handed over all there is. Then the story is told again from the same moment, once for each
//! point, with a stop there; after each, all that a run of the simulation checks is checked, and that the client
//! had one of the answers that its request may get. This is done in three ways (`WAYS`).

mod stories;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::atomic::AtomicUsize;
use std::sync::{Arc, Mutex};

use contracts::Service;
use web::Role;

use crate::client::Client;
use crate::core::lock;
use crate::house::House;
use crate::model::Model;
use crate::points::{Halt, Point};
use crate::run::settle;
use stories::{Act, Story};

pub use stories::COUNT as STORY_COUNT;

/// The chance of a story: any would do, since every point is taken.
const SEED: u64 = 1;

/// How a story is disturbed. A client that is late finds that the house has ended by itself what it began.
#[derive(Debug, Clone, Copy)]
struct Way {
    /// Who stops.
    halt: Halt,
    /// Whether the client comes back only after the cron has swept.
    late: bool,
    /// Whether the queues lose every message, so that the cron has to hand them over.
    relayed: bool,
}

const fn way(halt: Halt, late: bool, relayed: bool) -> Way {
    Way { halt, late, relayed }
}

const WAYS: [Way; 3] =
    [way(Halt::Service, false, false), way(Halt::House, true, false), way(Halt::House, false, true)];

/// What was tried of one story.
#[derive(Debug, Clone, Default)]
pub struct Told {
    /// The story.
    pub name: &'static str,
    /// Its points in all ways, by service.
    pub points: BTreeMap<&'static str, usize>,
    /// How often the services stopped.
    pub stops: usize,
    /// How many of those stops gave the client another answer than it gets without.
    pub other_answers: usize,
    /// What is wrong, with the point; empty when all is well.
    pub failures: Vec<String>,
}

/// Tells one of the stories, stopping once at each of its points in each way; ends with its first failure.
///
/// # Errors
/// When the house cannot be wound back, or a story cannot begin: a defect of this package.
pub fn enumerate(house: &House, story: usize) -> Result<Told, String> {
    let story = &stories::ALL[story];
    let stage = Stage::prepare(house, story)?;
    let mut told = Told { name: story.name, ..Told::default() };
    for way in &WAYS {
        let calm = stage.play(way, None)?;
        for (service, _) in &calm.points {
            *told.points.entry(service.name()).or_default() += 1;
        }
        if !calm.failures.is_empty() {
            told.failures = named("without a stop", calm);
            return Ok(told);
        }
        for (index, point) in calm.points.iter().enumerate() {
            let run = stage.play(way, Some(index))?;
            told.stops += usize::from(run.halted);
            told.other_answers += usize::from(run.answer != calm.answer);
            if !run.failures.is_empty() || !run.halted {
                let place = format!("stopped {} of {} (point {index}, {way:?})", point.1, point.0);
                told.failures = named(&place, run);
                return Ok(told);
            }
        }
        // The points are all there are: one further is never reached.
        if stage.play(way, Some(calm.points.len()))?.halted {
            told.failures.push(format!("there are more points than {}", calm.points.len()));
        }
    }
    Ok(told)
}

/// The story of this name.
#[must_use]
pub fn story_named(name: &str) -> Option<usize> {
    stories::ALL.iter().position(|story| story.name == name)
}

fn named(place: &str, run: Played) -> Vec<String> {
    let all = run.failures.into_iter().chain(run.trace.into_iter().map(|line| format!("  {line}")));
    std::iter::once(place.to_owned()).chain(all).collect()
}

/// One telling of a story.
#[derive(Default)]
struct Played {
    points: Vec<Point>,
    halted: bool,
    answer: Option<u16>,
    failures: Vec<String>,
    trace: Vec<String>,
}

/// A house in which a story is about to happen, with what was told until then.
struct Stage<'a> {
    house: &'a House,
    story: &'a Story,
    act: Act,
    model: Model,
    /// What the mail provider has taken until then, and under which keys.
    mailed: (Option<BTreeMap<String, u64>>, BTreeSet<String>),
}

impl<'a> Stage<'a> {
    fn prepare(house: &'a House, story: &'a Story) -> Result<Self, String> {
        house.wind_back()?;
        let core = &house.residence.core;
        core.reset(SEED, false);
        core.state().faults.end();
        let (model, begun): (Arc<Mutex<Model>>, Arc<Mutex<Option<Act>>>) = Default::default();
        let client = Client::new(&house.residence, &house.shop, &model, &Arc::default(), Role::Guest);
        let (teller, slot) = ((story.prepare)(client), begun.clone());
        let work = async move {
            let act = teller.await;
            *lock(&slot) = Some(act);
        };
        core.spawn(None, Box::pin(work));
        house.run_until_idle(100_000);
        for _ in 0..3 {
            core.advance_ms(61_000);
            house.residence.tick();
            house.run_until_idle(100_000);
        }
        let act = lock(&begun).take().ok_or_else(|| format!("{} does not begin", story.name))?;
        let model = lock(&model).clone();
        if !model.surprises.is_empty() {
            return Err(format!("{}: {:?}", story.name, model.surprises));
        }
        house.mark()?;
        let mailed = {
            let state = core.state();
            (state.mailed.clone(), state.mail_keys.clone())
        };
        Ok(Self { house, story, act, model, mailed })
    }

    /// Tells the story from its mark; at the point with this index the services stop.
    fn play(&self, way: &Way, stop_at: Option<usize>) -> Result<Played, String> {
        self.house.return_to_mark()?;
        let core = &self.house.residence.core;
        // Another chance than before the mark, or the same ids would come again.
        core.reset(SEED + 1, stop_at.is_some());
        core.advance_ms(600_000);
        {
            let mut state = core.state();
            (state.mailed, state.mail_keys) = self.mailed.clone();
            state.faults.end();
            state.faults.intensity.queue_loss = if way.relayed { 1000 } else { 0 };
            state.points.watch(stop_at.map(|index| (index, way.halt)));
        }
        let (model, present) = (Arc::new(Mutex::new(self.model.clone())), Arc::new(AtomicUsize::new(0)));
        let answer: Arc<Mutex<Option<u16>>> = Arc::default();
        let client = Client::new(&self.house.residence, &self.house.shop, &model, &present, Role::Guest);
        let (act, slot, late) = (self.act.clone(), answer.clone(), way.late);
        client.beside({
            let client = client.clone();
            async move {
                let status = act.perform(&client, late).await;
                *lock(&slot) = status;
            }
        });
        let (failures, trace) = settle(self.house, &model, &present, way.relayed);
        let state = core.state();
        let (points, halted) = (state.points.passed.clone(), state.points.halted);
        let answer = *lock(&answer);
        let trace = if failures.is_empty() { Vec::new() } else { trace };
        let failures =
            failures.into_iter().map(|failure| format!("{}: {failure}", self.story.name)).collect();
        Ok(Played { points, halted, answer, failures, trace })
    }
}

/// The services that must stop somewhere in these stories.
pub const SERVICES: [Service; 5] =
    [Service::Gateway, Service::Order, Service::Inventory, Service::Accounting, Service::Mail];
