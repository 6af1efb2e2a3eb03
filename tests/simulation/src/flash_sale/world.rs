//! The parties with their databases, the network between them, and what fails.

use std::collections::{BTreeSet, VecDeque};

use house_model::allotment::{Order, Outcome, Pool, Rules, Shard, Units};

use super::buyers::{Asks, Buyers};
use super::check::{self, Stored};
use super::events::{Agenda, Event, Input, Party};
use super::plan::{Faults, LATE_MAX, Plan};
use super::{Counts, SaleReport};
use crate::random::Random;

/// How long a message travels, in microseconds.
const LATENCY: (i64, i64) = (500, 5_000);
/// How long a batch takes to be stored, and how much longer with each input.
const STORING: (i64, i64) = (2_000, 6_000);
const STORING_EACH: u64 = 200;
/// How long a party that stopped is away.
const AWAY: (i64, i64) = (20_000, 2_000_000);
/// How often what is not confirmed is sent again.
const REPEAT: (i64, i64) = (150_000, 250_000);
/// Faults end so long after the last buyer came.
const FAULTS_AFTER: u64 = 30_000_000;
/// A sale in which nobody has heard anything for so long, and that is not at rest, never will be.
const SILENCE_MAX: u64 = 120_000_000;
/// Requests that wait at a shard; more are turned away without an answer.
const REQUESTS_MAX: usize = 1_000;
/// Lines of a trace.
const TRACE_MAX: usize = 60;
/// Failures after which a run ends.
const FAILURES_MAX: usize = 5;

/// The memory of a party.
#[derive(Debug, Default)]
struct Memory {
    away: bool,
    /// Messages between shards and pool are processed before the requests of buyers.
    messages: VecDeque<Input>,
    requests: VecDeque<Input>,
    batch: Option<Vec<Input>>,
    /// How many batches it has begun: a batch that it began before it stopped is not stored.
    begun: u32,
}

/// What a batch leads to.
#[derive(Default)]
pub(super) struct Effects {
    pub(super) answers: Vec<(Order, Outcome)>,
    pub(super) cancelled: Vec<Order>,
    pub(super) messages: Vec<(Party, Input)>,
    pub(super) announcements: Vec<u32>,
}

pub(super) struct World {
    seed: u64,
    pub(super) plan: Plan,
    faults: Faults,
    pub(super) rules: Rules,
    random: Random,
    pub(super) now: u64,
    /// When a buyer was last told something.
    told: u64,
    agenda: Agenda,
    pub(super) pool: Pool,
    pub(super) shards: Vec<Shard>,
    /// Of the shards, then of the pool.
    memories: Vec<Memory>,
    buyers: Buyers,
    announced: BTreeSet<u32>,
    pub(super) refused: BTreeSet<Order>,
    pub(super) counts: Counts,
    pub(super) failures: Vec<String>,
    verbose: bool,
    trace: VecDeque<String>,
    pub(super) hash: u64,
}

impl World {
    pub(super) fn open(seed: u64, plan: Plan, rules: Rules, verbose: bool) -> Self {
        let mut random = Random::new(seed.rotate_left(32));
        let each = plan.stock / (2 * Units::try_from(plan.shards).unwrap_or(Units::MAX));
        let allotments = vec![each; plan.shards];
        let pool = Pool::open(plan.stock - allotments.iter().sum::<Units>(), &allotments, plan.low);
        let mut agenda = Agenda::default();
        let parties = (0..plan.shards).map(Party::Shard).chain([Party::Pool]);
        parties.for_each(|party| agenda.add(0, Event::Repeats(party)));
        let buyers = Buyers::draw(&mut random, &plan);
        for (order, _) in buyers.all() {
            agenda.add(random.below(plan.window), Event::Acts(order));
        }
        Self {
            seed,
            rules,
            agenda,
            pool,
            shards: vec![Shard::new(plan.low); plan.shards],
            memories: (0..=plan.shards).map(|_| Memory::default()).collect(),
            buyers,
            faults: plan.faults,
            plan,
            random,
            now: 0,
            told: 0,
            announced: BTreeSet::new(),
            refused: BTreeSet::new(),
            counts: Counts::default(),
            failures: Vec::new(),
            verbose,
            trace: VecDeque::new(),
            hash: seed,
        }
    }

    /// Runs until nothing is left to happen.
    pub(super) fn run(mut self) -> SaleReport {
        while let Some((time, event)) = self.agenda.next() {
            self.now = time;
            if time > self.plan.window + FAULTS_AFTER {
                self.faults = Faults::default();
            }
            self.happen(event);
            if self.now - self.told > SILENCE_MAX {
                self.failures.push("the sale does not come to rest".to_owned());
                break;
            }
            if self.failures.len() >= FAILURES_MAX {
                break;
            }
        }
        self.finish()
    }

    fn finish(mut self) -> SaleReport {
        let stored = Stored { pool: &self.pool, shards: &self.shards };
        if self.failures.is_empty() {
            self.failures = check::at_rest(&self.plan, stored, &self.buyers, &self.announced);
        }
        for (_, buyer) in self.buyers.all() {
            match buyer.told {
                Some(Outcome::Granted) => self.counts.granted += 1,
                Some(Outcome::Refused) => self.counts.refused += 1,
                Some(Outcome::Cancelled) | None => self.counts.cancelled += 1,
            }
        }
        let sum = |units: fn(&Shard) -> Units| self.shards.iter().map(units).sum::<Units>();
        self.counts.returned = u64::from(sum(|shard| shard.returned).unsigned_abs());
        self.counts.moved = u64::from(sum(|shard| shard.given).unsigned_abs());
        self.counts.closed = u64::from(self.pool.epoch.div_ceil(2));
        SaleReport {
            seed: self.seed,
            plan: self.plan,
            failures: self.failures,
            trace: self.trace.into(),
            counts: self.counts,
            waits: self.buyers.waits(),
            hash: self.hash,
        }
    }

    fn happen(&mut self, event: Event) {
        match event {
            Event::Arrives(party, input) => {
                let memory = self.memory(party);
                if memory.away {
                    return;
                }
                if !matches!(input, Input::Buy(_) | Input::Cancel(_)) {
                    memory.messages.push_back(input);
                } else if memory.requests.len() < REQUESTS_MAX {
                    memory.requests.push_back(input);
                } else {
                    self.counts.turned_away += 1;
                }
                self.begin(party);
            }
            Event::Stored(party, begun) => self.store(party, begun),
            Event::Starts(party) => self.memory(party).away = false,
            Event::Repeats(party) => self.repeat(party),
            Event::Acts(order) => self.act(order),
            Event::Answered(order, outcome) => {
                self.told = self.now;
                let before = self.buyers.hear(order, outcome, self.now);
                self.failures.extend(check::answer(order, before, outcome));
            }
            Event::Cancelled(order) => {
                self.told = self.now;
                self.buyers.hear_cancelled(order);
            }
            Event::Announced(epoch) => {
                self.announced.insert(epoch);
                self.send(Event::Arrives(Party::Pool, Input::Confirmed(epoch)));
            }
        }
    }

    fn act(&mut self, order: Order) {
        let (asks, again) = self.buyers.act(&mut self.random, order, self.now);
        let home = Party::Shard(self.buyers.get(order).home);
        match asks {
            Some(Asks::Buy) => self.send(Event::Arrives(home, Input::Buy(order))),
            Some(Asks::BuyTwice) => (0..2).for_each(|_| self.send(Event::Arrives(home, Input::Buy(order)))),
            Some(Asks::Cancel) => self.send(Event::Arrives(home, Input::Cancel(order))),
            None => {}
        }
        if let Some(again) = again {
            self.agenda.add(self.now + again, Event::Acts(order));
        }
    }

    fn memory(&mut self, party: Party) -> &mut Memory {
        let last = self.memories.len() - 1;
        &mut self.memories[match party {
            Party::Shard(number) => number,
            Party::Pool => last,
        }]
    }

    fn between(&mut self, (low, high): (i64, i64)) -> u64 {
        self.random.between(low, high).unsigned_abs()
    }

    /// Sends something: it may be lost, doubled or late.
    fn send(&mut self, event: Event) {
        if self.random.chance(self.faults.loss) {
            self.counts.lost += 1;
            return;
        }
        let doubled = self.random.chance(self.faults.double);
        self.counts.doubled += u64::from(doubled);
        for _ in 0..=u8::from(doubled) {
            let mut takes = self.between(LATENCY);
            if self.random.chance(self.faults.late) {
                self.counts.late += 1;
                takes += self.random.below(LATE_MAX);
            }
            self.agenda.add(self.now + takes, event);
        }
    }

    /// Begins a batch of what waits, unless one is under way.
    fn begin(&mut self, party: Party) {
        let most = self.plan.batch;
        let memory = self.memory(party);
        let Memory { messages, requests, .. } = memory;
        if memory.away || memory.batch.is_some() || messages.is_empty() && requests.is_empty() {
            return;
        }
        let mut batch: Vec<Input> = messages.drain(..messages.len().min(most)).collect();
        batch.extend(requests.drain(..requests.len().min(most - batch.len())));
        memory.begun += 1;
        let (begun, each) = (memory.begun, batch.len() as u64 * STORING_EACH);
        memory.batch = Some(batch);
        let stored = self.now + self.between(STORING) + each;
        self.agenda.add(stored, Event::Stored(party, begun));
    }

    fn store(&mut self, party: Party, begun: u32) {
        let memory = self.memory(party);
        if memory.begun != begun {
            return;
        }
        let Some(batch) = memory.batch.take() else { return };
        if self.stops() {
            self.counts.stopped_before += 1;
            self.note(|| format!("{party:?} stops before it stores {} inputs", batch.len()));
            return self.stop(party);
        }
        let stops = self.stops();
        let effects = match party {
            Party::Shard(number) => self.store_shard(number, &batch, stops),
            Party::Pool => self.store_pool(&batch, stops),
        };
        if stops {
            self.counts.stopped_after += 1;
            self.note(|| format!("{party:?} stops before it sends anything"));
            self.stop(party);
        }
        if let Some(effects) = effects {
            self.release(effects);
        }
        self.begin(party);
    }

    fn stops(&mut self) -> bool {
        self.faults.stop > 0 && self.random.below(100_000) < self.faults.stop
    }

    /// A party stops: its memory is gone, what it has stored stays.
    fn stop(&mut self, party: Party) {
        if let Party::Shard(number) = party {
            self.shards[number].crash();
        }
        let starts = self.now + self.between(AWAY);
        let memory = self.memory(party);
        *memory = Memory { away: true, begun: memory.begun, ..Memory::default() };
        self.agenda.add(starts, Event::Starts(party));
    }

    /// Sends what a stored batch leads to.
    fn release(&mut self, effects: Effects) {
        for (order, outcome) in effects.answers {
            self.send(Event::Answered(order, outcome));
        }
        effects.cancelled.into_iter().for_each(|order| self.send(Event::Cancelled(order)));
        for (party, input) in effects.messages {
            self.send(Event::Arrives(party, input));
        }
        effects.announcements.into_iter().for_each(|epoch| self.send(Event::Announced(epoch)));
    }

    /// Sends again what is not confirmed, until everything is settled.
    fn repeat(&mut self, party: Party) {
        if self.buyers.are_done() && (Stored { pool: &self.pool, shards: &self.shards }).is_settled() {
            return;
        }
        let again = self.now + self.between(REPEAT);
        self.agenda.add(again, Event::Repeats(party));
        if self.memory(party).away {
            return;
        }
        let mut effects = Effects::default();
        match party {
            Party::Shard(number) => {
                effects.messages.push((Party::Pool, Input::Report(number, self.shards[number].report())));
            }
            Party::Pool => {
                let pending = self.rules.pending(&self.pool).into_iter();
                effects.messages = pending
                    .map(|shard| (Party::Shard(shard), Input::Terms(self.pool.terms(shard))))
                    .collect();
                effects.announcements.clone_from(&self.pool.announcements);
            }
        }
        self.release(effects);
    }

    pub(super) fn note(&mut self, line: impl Fn() -> String) {
        if self.verbose && self.failures.is_empty() {
            if self.trace.len() >= TRACE_MAX {
                self.trace.pop_front();
            }
            let (seconds, micros) = (self.now / 1_000_000, self.now % 1_000_000);
            self.trace.push_back(format!("{seconds:>4}.{micros:06} {}", line()));
        }
    }
}
