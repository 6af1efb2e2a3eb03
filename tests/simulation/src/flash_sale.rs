//! A flash sale: many buyers, one article whose stock is divided into allotments, and everything that can fail.
//!
//! The protocol is [`house_model::allotment`]; no service uses it yet (docs/scale.md). Simulated are its surroundings
//! (`world.rs`, `batch.rs`): shards and their pool, each with a database that takes one batch at a time, a network that loses,
//! doubles and delays, stops before and after a batch is stored; and buyers (`buyers.rs`) who ask again, press twice,
//! give up, bring back, and ask once more much later. `check.rs` sees everything and compares. One seed is one run.

mod batch;
mod buyers;
mod check;
pub mod command;
mod events;
mod plan;
mod world;

use house_model::allotment::Rules;

pub use plan::{Faults, Plan};
use world::World;

use crate::random::Random;

/// What a run counted.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Counts {
    /// Orders that got a unit.
    pub granted: u64,
    /// Orders that were refused.
    pub refused: u64,
    /// Orders that were cancelled before they got a unit.
    pub cancelled: u64,
    /// Units that came back.
    pub returned: u64,
    /// Requests of buyers that a shard processed, repeated ones included.
    pub requests: u64,
    /// Batches that the shards stored.
    pub shard_batches: u64,
    /// Batches that the pool stored.
    pub pool_batches: u64,
    /// Messages between shards and pool that arrived.
    pub messages: u64,
    /// Units that a shard gave back for others.
    pub moved: u64,
    /// How often everything was sold.
    pub closed: u64,
    /// Stops before a batch was stored.
    pub stopped_before: u64,
    /// Stops after a batch was stored and before anything was sent.
    pub stopped_after: u64,
    /// Requests that a busy shard turned away without an answer.
    pub turned_away: u64,
    /// Messages, requests and answers that were lost.
    pub lost: u64,
    /// The same, doubled.
    pub doubled: u64,
    /// The same, late by up to 20 seconds.
    pub late: u64,
}

impl Counts {
    /// The counts with their names.
    #[must_use]
    pub fn named(&self) -> [(&'static str, u64); 16] {
        [
            ("granted", self.granted),
            ("refused", self.refused),
            ("cancelled before a decision", self.cancelled),
            ("units that came back", self.returned),
            ("requests processed by shards", self.requests),
            ("batches of shards", self.shard_batches),
            ("batches of pools", self.pool_batches),
            ("messages between shards and pool", self.messages),
            ("units moved between shards", self.moved),
            ("times that everything was sold", self.closed),
            ("stops before a batch", self.stopped_before),
            ("stops after a batch", self.stopped_after),
            ("turned away", self.turned_away),
            ("lost", self.lost),
            ("doubled", self.doubled),
            ("late", self.late),
        ]
    }

    /// Adds those of another run.
    pub fn add(&mut self, other: &Self) {
        self.granted += other.granted;
        self.refused += other.refused;
        self.cancelled += other.cancelled;
        self.returned += other.returned;
        self.requests += other.requests;
        self.shard_batches += other.shard_batches;
        self.pool_batches += other.pool_batches;
        self.messages += other.messages;
        self.moved += other.moved;
        self.closed += other.closed;
        self.stopped_before += other.stopped_before;
        self.stopped_after += other.stopped_after;
        self.turned_away += other.turned_away;
        self.lost += other.lost;
        self.doubled += other.doubled;
        self.late += other.late;
    }
}

/// What one run gave.
#[derive(Debug, Clone)]
pub struct SaleReport {
    /// The seed.
    pub seed: u64,
    /// What was drawn from it.
    pub plan: Plan,
    /// What is wrong.
    pub failures: Vec<String>,
    /// The steps before the first failure, when asked for.
    pub trace: Vec<String>,
    /// What happened.
    pub counts: Counts,
    /// How long buyers waited.
    pub waits: Waits,
    /// Identifies everything that happened.
    pub hash: u64,
}

/// How long buyers waited for their first answer, in simulated milliseconds.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Waits {
    /// Half of them, at most.
    pub p50: u64,
    /// 99 of 100, at most.
    pub p99: u64,
    /// All of them.
    pub longest: u64,
}

/// Runs the sale of a seed, to so many buyers.
#[must_use]
pub fn run_sale(seed: u64, buyers: u32, rules: Rules, verbose: bool) -> SaleReport {
    let plan = Plan::draw(&mut Random::new(seed), buyers);
    run_plan(seed, plan, rules, verbose)
}

/// Runs a sale that is planned otherwise.
#[must_use]
pub fn run_plan(seed: u64, plan: Plan, rules: Rules, verbose: bool) -> SaleReport {
    World::open(seed, plan, rules, verbose).run()
}
