//! The protocol for one article that sells faster than one database can count it: its stock is divided into
//! allotments, one per shard, and each shard sells its own. docs/scale.md explains it and says why it is correct.
//!
//! * A **shard** decides the orders that belong to it, each once and permanently. It sells from its allotment without
//!   asking anybody.
//! * The **pool** keeps the units that no shard has. All units that move between shards, or come back from buyers,
//!   move through it. So it knows when there are none left anywhere.
//!
//! Pool and shard send each other only what they have stored, as totals since the beginning: [`Terms`] one way,
//! [`Report`] the other. The reader compares the totals with its own. So a message that is lost, doubled, late or
//! overtaken does no harm.
//!
//! Both are pure: a message in, a new state and messages out. A caller stores the new state in one batch before it
//! sends anything, and sends [`Pool::pending`] and [`Shard::report`] again from time to time. No product code uses
//! this yet: it is explored in `flash_sale.rs`, and run with 100,000 buyers by `tests/simulation`.

mod pool;
mod rules;
mod shard;

pub use pool::{Account, Pool};
pub use rules::{Fault, Rules};
pub use shard::Shard;

/// An order for one unit. In the product it is the order's id.
pub type Order = u32;
/// A number of units. Only a broken rule makes one negative.
pub type Units = i32;

/// What a buyer is told, whenever they ask.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Outcome {
    /// They have a unit.
    Granted,
    /// Everything was sold.
    Refused,
    /// They had cancelled before they were granted a unit.
    Cancelled,
}

/// What a shard has decided about an order. It is never deleted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Decision {
    /// It has a unit.
    Granted,
    /// It had a unit and gave it back.
    Returned,
    /// Everything was sold.
    Refused,
    /// It was cancelled before it got a unit.
    Cancelled,
}

impl Decision {
    /// What a buyer is told who asks again. A unit that was given back does not change the first answer.
    #[must_use]
    pub const fn outcome(self) -> Outcome {
        match self {
            Self::Granted | Self::Returned => Outcome::Granted,
            Self::Refused => Outcome::Refused,
            Self::Cancelled => Outcome::Cancelled,
        }
    }
}

/// The sale opens and closes. An odd number of changes means that everything is sold.
#[must_use]
pub const fn is_closed(epoch: u32) -> bool {
    epoch % 2 == 1
}

/// What the pool tells a shard.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Terms {
    /// Units supplied to it since the beginning.
    pub supplied: Units,
    /// How often it was asked to give units back.
    pub recalls: u32,
    /// How often the sale closed and opened again.
    pub epoch: u32,
}

/// What a shard tells the pool.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Report {
    /// Units that it has received since the beginning.
    pub supplied: Units,
    /// Units that it has given back to the pool since the beginning.
    pub given: Units,
    /// Units that its buyers gave back since the beginning. They go to the pool, too.
    pub returned: Units,
    /// The last recall that it has answered.
    pub recalls: u32,
    /// The last change of the sale that it knows.
    pub epoch: u32,
    /// Units that it can still sell.
    pub free: Units,
    /// Buyers who wait for one.
    pub waiting: Units,
}

/// What a shard has to send after its batch is stored.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Reaction {
    /// Answers to buyers.
    pub answers: Vec<(Order, Outcome)>,
    /// Whether the pool needs its report.
    pub report: bool,
}

impl Reaction {
    /// Adds another one: several messages share a batch.
    pub fn add(&mut self, other: Self) {
        self.answers.extend(other.answers);
        self.report |= other.report;
    }
}
