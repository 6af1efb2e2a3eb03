//! What must be true: while the sale runs, and when everything is at rest.

use std::collections::BTreeSet;

use house_model::allotment::{Decision, Order, Outcome, Pool, Shard, Units, is_closed};

use super::buyers::{Buyer, Buyers};
use super::plan::Plan;

/// Everything that is stored, seen at once: which nobody in the sale can.
#[derive(Clone, Copy)]
pub(super) struct Stored<'a> {
    pub(super) pool: &'a Pool,
    pub(super) shards: &'a [Shard],
}

impl Stored<'_> {
    /// Units that somebody could buy: in the pool, in a shard, or on the way between them.
    pub(super) fn on_sale(self) -> Units {
        let pairs = self.pool.accounts.iter().zip(self.shards);
        let shards: Units = pairs
            .map(|(account, shard)| {
                shard.free() + (account.supplied - shard.supplied) + (shard.given - account.given)
            })
            .sum();
        self.pool.reserve + shards
    }

    /// Units that came back and are not on sale yet.
    fn coming_back(self) -> Units {
        let pairs = self.pool.accounts.iter().zip(self.shards);
        self.pool.held + pairs.map(|(account, shard)| shard.returned - account.returned).sum::<Units>()
    }

    /// Nothing is on its way, and nobody has to be told anything.
    pub(super) fn is_settled(self) -> bool {
        let mut pairs = self.pool.accounts.iter().zip(self.shards);
        self.coming_back() == 0
            && self.pool.announcements.is_empty()
            && self.pool.pending().next().is_none()
            && pairs.all(|(account, shard)| shard.waiting.is_empty() && shard.given == account.given)
            // The last unit is sold: the pool finds out even when nobody else wants one.
            && is_closed(self.pool.epoch) == (self.on_sale() == 0)
    }

    fn decision(self, buyer: &Buyer, order: Order) -> Option<Decision> {
        self.shards[buyer.home].decisions.get(&order).copied()
    }
}

/// A buyer is told something, perhaps not for the first time.
pub(super) fn answer(order: Order, before: Option<Outcome>, now: Outcome) -> Option<String> {
    let before = before.filter(|before| *before != now)?;
    Some(format!("order {order} was told {before:?} and then {now:?}"))
}

/// A shard has decided to refuse.
pub(super) fn refusal(order: Order, stored: Stored<'_>) -> Option<String> {
    let left = stored.on_sale();
    (left != 0).then(|| format!("order {order} was refused while {left} units were on sale"))
}

/// The pool has closed the sale.
pub(super) fn closing(stored: Stored<'_>) -> Option<String> {
    let left = stored.on_sale();
    (left != 0).then(|| format!("the sale was closed while {left} units were on sale"))
}

/// Everything is at rest.
pub(super) fn at_rest(
    plan: &Plan,
    stored: Stored<'_>,
    buyers: &Buyers,
    announced: &BTreeSet<u32>,
) -> Vec<String> {
    let mut failures = Vec::new();
    let mut held: Units = 0;
    for (order, buyer) in buyers.all() {
        let decision = stored.decision(buyer, order);
        held += Units::from(decision == Some(Decision::Granted));
        if buyer.told.is_none() && !buyer.cancelled {
            failures.push(format!("order {order} never got an answer"));
        }
        if buyer.told.is_some_and(|told| decision.map(Decision::outcome) != Some(told)) {
            failures.push(format!("order {order} was told {:?}, and its shard has {decision:?}", buyer.told));
        }
        if buyer.cancelled && decision == Some(Decision::Granted) {
            failures.push(format!("order {order} is cancelled and holds a unit"));
        }
    }
    let (left, back) = (stored.on_sale(), stored.coming_back());
    if held > plan.stock {
        failures.push(format!("{held} units are with buyers, and there were {}", plan.stock));
    }
    if held + left + back != plan.stock {
        let stock = plan.stock;
        failures.push(format!(
            "{stock} units were there; {held} are with buyers, {left} left, {back} on the way"
        ));
    }
    if is_closed(stored.pool.epoch) != (left == 0) {
        failures.push(format!("{left} units are left, and the sale is in epoch {}", stored.pool.epoch));
    }
    let times: BTreeSet<u32> = (0..=stored.pool.epoch).filter(|epoch| is_closed(*epoch)).collect();
    if *announced != times {
        failures
            .push(format!("that everything was sold is announced {announced:?}, and it was so {times:?}"));
    }
    if !stored.is_settled() {
        failures.push("something is still on its way".to_owned());
    }
    failures
}
