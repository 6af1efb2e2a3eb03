//! What waits to happen, in the order of its time.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use house_model::allotment::{Order, Outcome, Report, Terms};

/// Who stores something.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Party {
    Pool,
    Shard(usize),
}

/// What a party processes in a batch.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Input {
    Buy(Order),
    Cancel(Order),
    Terms(Terms),
    Report(usize, Report),
    /// The reader of the announcement has it.
    Confirmed(u32),
}

/// Something that happens.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Event {
    /// A message or a request arrives.
    Arrives(Party, Input),
    /// The batch of a party is stored, unless the party has stopped since it began.
    Stored(Party, u32),
    /// A party starts again.
    Starts(Party),
    /// A party sends again what is not confirmed.
    Repeats(Party),
    /// A buyer does what they want to do next.
    Acts(Order),
    /// A buyer gets an answer.
    Answered(Order, Outcome),
    /// A buyer learns that the order is cancelled.
    Cancelled(Order),
    /// The announcement that everything was sold reaches its reader.
    Announced(u32),
}

/// The events to come; those of the same time in the order in which they were added.
#[derive(Debug, Default)]
pub(super) struct Agenda {
    events: BinaryHeap<Reverse<(u64, u64, Event)>>,
    added: u64,
}

impl Agenda {
    pub(super) fn add(&mut self, time: u64, event: Event) {
        self.added += 1;
        self.events.push(Reverse((time, self.added, event)));
    }

    pub(super) fn next(&mut self) -> Option<(u64, Event)> {
        self.events.pop().map(|Reverse((time, _, event))| (time, event))
    }
}
