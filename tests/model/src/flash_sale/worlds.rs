//! How large a sale is explored, and what goes wrong in it.

use crate::allotment::{Fault, Units};

/// One world to explore. In each, messages are lost, doubled, late and overtaken.
#[derive(Debug, Clone, Copy)]
pub struct World {
    /// What it is about.
    pub name: &'static str,
    /// Units that the pool keeps when it begins.
    pub reserve: Units,
    /// Units that it has supplied to each shard.
    pub allotments: &'static [Units],
    /// The shard of each buyer.
    pub homes: &'static [usize],
    /// The buyers who may cancel.
    pub cancels: &'static [usize],
    /// A shard that has so many units left asks for more.
    pub low: Units,
    /// How often a shard or the pool may stop.
    pub crashes: u8,
}

/// Three buyers, two units, both at the shard of one buyer; nobody cancels or stops.
pub const CALM: World = World {
    name: "two units at one of two shards",
    reserve: 0,
    allotments: &[2, 0],
    homes: &[0, 1, 1],
    cancels: &[],
    low: 0,
    crashes: 0,
};

const THREE: World = World {
    name: "three shards, all buyers at the empty one",
    allotments: &[1, 1, 0],
    homes: &[2, 2, 2],
    ..CALM
};

impl World {
    /// Units when it begins.
    #[must_use]
    pub fn units(&self) -> Units {
        self.reserve + self.allotments.iter().sum::<Units>()
    }
}

/// The worlds that `cargo xtask model` explores.
pub const WORLDS: &[World] = &[
    CALM,
    World { name: "a stop", crashes: 1, ..CALM },
    World { name: "two stops", crashes: 2, ..CALM },
    World { name: "a buyer of the full shard cancels", cancels: &[0], ..CALM },
    World { name: "a buyer of the empty shard cancels", cancels: &[1], ..CALM },
    World { name: "two units in the pool, a stop", reserve: 2, allotments: &[0, 0], crashes: 1, ..CALM },
    World { name: "one unit, two cancel", allotments: &[1, 0], homes: &[0, 1], cancels: &[0, 1], ..CALM },
    World { name: "three units, four buyers", allotments: &[3, 0], homes: &[1, 1, 1, 1], ..CALM },
    THREE,
    World { name: "three shards, each with a buyer", allotments: &[2, 0, 0], homes: &[0, 1, 2], ..CALM },
];

/// The ones that take minutes: explored when asked for.
pub const LONG_WORLDS: &[World] = &[
    World { name: "a buyer cancels, a stop", cancels: &[0], crashes: 1, ..CALM },
    World { name: "three shards, a stop", crashes: 1, ..THREE },
];

const STOP: World =
    World { name: "two buyers, one unit, a stop", allotments: &[1, 0], homes: &[0, 1], crashes: 1, ..CALM };
const CANCEL: World = World {
    name: "two buyers, one unit, one cancels",
    allotments: &[1, 0],
    homes: &[0, 1],
    cancels: &[0],
    ..CALM
};

/// Smaller ones, for the tests.
pub const SMALL_WORLDS: &[World] = &[CALM, STOP, CANCEL];

impl Fault {
    /// The world in which a broken rule is looked for: one of the small ones, so that the history that shows it is
    /// short.
    #[must_use]
    pub const fn world(self) -> World {
        match self {
            Self::GrantLostInCrash
            | Self::SupplyLostInCrash
            | Self::SupplyNotRepeated
            | Self::AnnouncementNotKept => STOP,
            Self::LateClose
            | Self::OpenUnheard
            | Self::ReturnToShard
            | Self::ReturnedTwice
            | Self::ReturnForgotten
            | Self::RefusalForgotten
            | Self::CancelForgotten => CANCEL,
            _ => CALM,
        }
    }
}
