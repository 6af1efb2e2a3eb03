//! What a party does with a batch: it takes the inputs one after the other, and everything that follows is stored and
//! sent together, or not at all.

use house_model::allotment::{Fault, Order, Outcome, Reaction, Terms, is_closed};

use super::check::{self, Stored};
use super::events::{Input, Party};
use super::world::{Effects, World};
use crate::random::Random;

impl World {
    /// A batch of a shard; none of its effects is sent if it stops, unless a rule is broken.
    pub(super) fn store_shard(&mut self, number: usize, batch: &[Input], stops: bool) -> Option<Effects> {
        self.counts.shard_batches += 1;
        let broken = stops && self.rules.lack(Fault::GrantLostInCrash);
        let before = broken.then(|| self.shards[number].clone());
        let (mut effects, mut reports) = (Effects::default(), false);
        for input in batch {
            let shard = &mut self.shards[number];
            let sold = shard.sold;
            let Reaction { answers, report } = match *input {
                Input::Buy(order) => self.rules.buy(shard, order),
                Input::Cancel(order) => {
                    effects.cancelled.push(order);
                    self.rules.cancel(shard, order)
                }
                Input::Terms(terms) => self.rules.take_terms(shard, terms),
                Input::Report(..) | Input::Confirmed(_) => continue,
            };
            effects.announcements.extend(self.rules.announced_by(number, sold, &self.shards[number]));
            self.counts.requests += u64::from(matches!(input, Input::Buy(_) | Input::Cancel(_)));
            self.counts.messages += u64::from(matches!(input, Input::Terms(_)));
            reports |= report;
            self.watch_refusals(&answers);
            effects.answers.extend(answers);
        }
        self.tell(Party::Shard(number), batch, &effects);
        if reports {
            let report = self.shards[number].report();
            effects.messages.push((Party::Pool, Input::Report(number, report)));
        }
        if let Some(before) = before {
            self.shards[number] = before;
            self.shards[number].crash();
        }
        (!stops || broken).then_some(effects)
    }

    fn watch_refusals(&mut self, answers: &[(Order, Outcome)]) {
        for (order, outcome) in answers {
            if *outcome == Outcome::Refused && self.refused.insert(*order) {
                let stored = Stored { pool: &self.pool, shards: &self.shards };
                self.failures.extend(check::refusal(*order, stored));
            }
        }
    }

    pub(super) fn store_pool(&mut self, batch: &[Input], stops: bool) -> Option<Effects> {
        self.counts.pool_batches += 1;
        let broken = stops && self.rules.lack(Fault::SupplyLostInCrash);
        let before = broken.then(|| self.pool.clone());
        let terms: Vec<Terms> = (0..self.plan.shards).map(|shard| self.pool.terms(shard)).collect();
        let known = self.pool.announcements.clone();
        for input in batch {
            let epoch = self.pool.epoch;
            match *input {
                Input::Report(shard, report) => {
                    self.counts.messages += 1;
                    self.rules.take_report(&mut self.pool, shard, report);
                }
                Input::Confirmed(epoch) => self.pool.confirm(epoch),
                Input::Buy(_) | Input::Cancel(_) | Input::Terms(_) => {}
            }
            if epoch != self.pool.epoch && is_closed(self.pool.epoch) {
                let stored = Stored { pool: &self.pool, shards: &self.shards };
                self.failures.extend(check::closing(stored));
            }
        }
        let mut effects = Effects::default();
        let new = self.pool.announcements.iter().filter(|epoch| !known.contains(epoch));
        effects.announcements.extend(new);
        for (shard, before) in terms.iter().enumerate() {
            if self.pool.terms(shard) != *before {
                effects.messages.push((Party::Shard(shard), Input::Terms(self.pool.terms(shard))));
            }
        }
        if self.rules.lack(Fault::AnnouncementNotKept) {
            self.pool.announcements.clear();
        }
        self.tell(Party::Pool, batch, &effects);
        if let Some(before) = before {
            self.pool = before;
        }
        (!stops || broken).then_some(effects)
    }

    /// Adds a stored batch to the trace and to the hash.
    fn tell(&mut self, party: Party, batch: &[Input], effects: &Effects) {
        let number = if let Party::Shard(number) = party { number as u64 } else { u64::MAX };
        let mut mixed = Random::new(self.hash ^ self.now ^ number.rotate_left(32));
        for (order, outcome) in &effects.answers {
            mixed = Random::new(mixed.next() ^ u64::from(*order) << 2 ^ *outcome as u64);
        }
        self.hash = mixed.next() ^ (batch.len() + effects.messages.len()) as u64;
        self.note(|| {
            let (answers, messages) = (&effects.answers, &effects.messages);
            format!("{party:?} stores {batch:?}: answers {answers:?}, sends {messages:?}")
        });
    }
}
