//! The buyers: each wants one unit, asks until they have an answer, and remembers what they were told.

use house_model::allotment::{Order, Outcome};

use super::Waits;
use super::plan::Plan;
use crate::random::Random;

/// A buyer asks again after so many microseconds, twice as many each time, up to [`PATIENCE_MAX`].
const PATIENCE: (i64, i64) = (300_000, 1_000_000);
const PATIENCE_MAX: u64 = 8_000_000;

/// A buyer who asks once more does so within so many microseconds.
const LATER_MAX: u64 = 60_000_000;

/// What a buyer is about to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Mood {
    /// Wants a unit, and asks until there is an answer.
    Wants,
    /// Will cancel, with or without an answer.
    WillCancel,
    /// Cancels until that is confirmed.
    Cancels,
    /// Knows what there is to know.
    Done,
}

/// One buyer.
#[derive(Debug, Clone)]
pub(super) struct Buyer {
    pub(super) home: usize,
    pub(super) told: Option<Outcome>,
    /// It was confirmed that the order is cancelled.
    pub(super) cancelled: bool,
    mood: Mood,
    asked: u32,
    first_asked: u64,
    first_told: u64,
    /// Asks once more, much later.
    asks_later: bool,
}

/// What a buyer sends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Asks {
    Buy,
    /// A double press.
    BuyTwice,
    Cancel,
}

/// All of them.
#[derive(Debug)]
pub(super) struct Buyers {
    all: Vec<Buyer>,
    busy: usize,
}

impl Buyers {
    pub(super) fn draw(random: &mut Random, plan: &Plan) -> Self {
        let all: Vec<Buyer> = (0..plan.buyers)
            .map(|_| Buyer {
                home: if random.chance(plan.crowded) { 0 } else { random.index(plan.shards) },
                told: None,
                cancelled: false,
                mood: if random.chance(plan.cancel) { Mood::WillCancel } else { Mood::Wants },
                asked: 0,
                first_asked: 0,
                first_told: 0,
                asks_later: random.chance(50),
            })
            .collect();
        let busy = all.len();
        Self { all, busy }
    }

    pub(super) fn get(&self, order: Order) -> &Buyer {
        &self.all[order as usize]
    }

    pub(super) fn all(&self) -> impl Iterator<Item = (Order, &Buyer)> {
        (0..).zip(&self.all)
    }

    /// Nobody waits for anything.
    pub(super) fn are_done(&self) -> bool {
        self.busy == 0
    }

    /// A buyer's turn: what they send, and in how many microseconds they act again.
    pub(super) fn act(&mut self, random: &mut Random, order: Order, now: u64) -> (Option<Asks>, Option<u64>) {
        let buyer = &mut self.all[order as usize];
        if buyer.asked == 0 {
            buyer.first_asked = now;
        }
        let patience = random.between(PATIENCE.0, PATIENCE.1).unsigned_abs() << buyer.asked.min(8);
        let again = Some(patience.min(PATIENCE_MAX));
        buyer.asked += 1;
        match buyer.mood {
            Mood::Wants if buyer.told.is_none() => {
                let asks = if random.chance(30) { Asks::BuyTwice } else { Asks::Buy };
                (Some(asks), again)
            }
            // Some do not wait for the answer; the request to cancel may overtake the order.
            Mood::WillCancel => {
                if buyer.told.is_some() || random.chance(300) {
                    buyer.mood = Mood::Cancels;
                }
                let asks = if buyer.mood == Mood::Cancels { Asks::Cancel } else { Asks::Buy };
                (Some(asks), again)
            }
            Mood::Cancels if !buyer.cancelled => (Some(Asks::Cancel), again),
            Mood::Wants | Mood::Cancels => {
                buyer.mood = Mood::Done;
                self.busy -= 1;
                (None, buyer.asks_later.then(|| random.below(LATER_MAX)))
            }
            Mood::Done => (Some(Asks::Buy), None),
        }
    }

    /// A buyer is told something; returns what they were told before.
    pub(super) fn hear(&mut self, order: Order, outcome: Outcome, now: u64) -> Option<Outcome> {
        let buyer = &mut self.all[order as usize];
        let before = buyer.told;
        if before.is_none() {
            buyer.first_told = now;
        }
        buyer.told = Some(before.unwrap_or(outcome));
        before
    }

    /// How long buyers waited for their first answer.
    pub(super) fn waits(&self) -> Waits {
        let told = self.all.iter().filter(|buyer| buyer.told.is_some());
        let mut waits: Vec<u64> =
            told.map(|buyer| (buyer.first_told - buyer.first_asked).div_euclid(1_000)).collect();
        waits.sort_unstable();
        let percentile =
            |percent| waits.get(waits.len().saturating_sub(1) * percent / 100).copied().unwrap_or_default();
        Waits { p50: percentile(50), p99: percentile(99), longest: percentile(100) }
    }

    pub(super) fn hear_cancelled(&mut self, order: Order) {
        self.all[order as usize].cancelled = true;
    }
}
