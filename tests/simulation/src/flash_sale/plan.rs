//! What a seed decides about a sale: how large it is, and what goes wrong how often.

use house_model::allotment::Units;

use crate::random::Random;

/// The longest time, in microseconds, by which a message is late.
pub(super) const LATE_MAX: u64 = 20_000_000;

/// One sale. Frequencies are in thousandths.
#[derive(Debug, Clone)]
pub struct Plan {
    /// How many buyers come.
    pub buyers: u32,
    /// How many shards there are.
    pub shards: usize,
    /// How many units there are.
    pub stock: Units,
    /// In how many microseconds all buyers come.
    pub window: u64,
    /// Of the buyers, how many come to the first shard because of where they are.
    pub crowded: u64,
    /// Shards ask for more when they have so many units left.
    pub low: Units,
    /// The most requests in one batch.
    pub batch: usize,
    /// Buyers who cancel, with or without a unit.
    pub cancel: u64,
    /// What goes wrong.
    pub faults: Faults,
}

/// How often something goes wrong.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Faults {
    /// Requests, answers and messages that are lost.
    pub loss: u64,
    /// The same, doubled.
    pub double: u64,
    /// The same, late.
    pub late: u64,
    /// Batches after or before which the party stops, in a hundred thousandths.
    pub stop: u64,
}

impl Plan {
    /// The plan of a run.
    pub(super) fn draw(random: &mut Random, buyers: u32) -> Self {
        let shards = *random.pick(&[2, 4, 8, 16, 32]);
        let buyers_i = i64::from(buyers);
        // Fewer units than shards, a few, many, more than anybody wants.
        let most =
            *random.pick(&[i64::try_from(shards).unwrap_or(2) - 1, buyers_i / 100, buyers_i / 3, buyers_i]);
        let stock = random.between(1, most.max(1)) + if random.chance(100) { buyers_i } else { 0 };
        let calm = random.chance(100);
        let mut often = |choices: &[u64]| if calm { 0 } else { *random.pick(choices) };
        let cancel = often(&[0, 0, 10, 200]);
        let faults = Faults {
            loss: often(&[0, 5, 50, 200]),
            double: often(&[0, 20, 200]),
            late: often(&[0, 2, 20]),
            stop: often(&[0, 20, 200, 2_000]),
        };
        Self {
            buyers,
            shards,
            stock: Units::try_from(stock).unwrap_or(Units::MAX),
            window: *random.pick(&[1_000_000, 10_000_000]),
            crowded: *random.pick(&[0, 0, 500, 950]),
            low: *random.pick(&[0, 0, 3, 50]),
            batch: *random.pick(&[1, 10, 100, 100]),
            cancel,
            faults,
        }
    }

    /// A sale in ten seconds in which nothing goes wrong.
    #[must_use]
    pub fn calm(buyers: u32, stock: Units, shards: usize, batch: usize) -> Self {
        let (window, faults) = (10_000_000, Faults::default());
        Self { buyers, shards, stock, window, crowded: 0, low: 50, batch, cancel: 0, faults }
    }
}
