//! A shard: sells its allotment, and decides each of its orders once.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use super::{Decision, Order, Reaction, Report, Terms, Units, is_closed};

/// One shard. Everything but `waiting` is stored.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
pub struct Shard {
    /// Units received from the pool since the beginning.
    pub supplied: Units,
    /// Units given back to the pool since the beginning.
    pub given: Units,
    /// Units sold since the beginning, those that came back included.
    pub sold: Units,
    /// Units that came back from buyers since the beginning.
    pub returned: Units,
    /// The last recall that it has answered.
    pub recalls: u32,
    /// The last change of the sale that it knows.
    pub epoch: u32,
    /// What it has decided, by order.
    pub decisions: BTreeMap<Order, Decision>,
    /// Orders that wait for a unit, in memory only: a crash forgets them, and their buyers ask again.
    pub waiting: Queue,
    /// It asks for more when it has so many units left.
    pub low: Units,
}

impl Shard {
    /// An empty shard that asks for more when it has `low` units left.
    #[must_use]
    pub fn new(low: Units) -> Self {
        Self { low, ..Self::default() }
    }

    /// Units that it can sell.
    #[must_use]
    pub const fn free(&self) -> Units {
        self.supplied - self.given - self.sold
    }

    /// A buyer wants a unit. Undecided orders wait without an answer.
    pub fn buy(&mut self, order: Order) -> Reaction {
        if let Some(decision) = self.decisions.get(&order) {
            return Reaction { answers: vec![(order, decision.outcome())], report: false };
        }
        let (nobody_waited, before) = (self.waiting.is_empty(), self.free());
        self.waiting.push(order);
        let mut reaction = self.serve();
        let free = self.free();
        // Only for the first who waits: those who come later are in the report that answers the pool's terms.
        let must_ask = nobody_waited && !self.waiting.is_empty();
        reaction.report = must_ask || before != free && (free == self.low || free == 0);
        reaction
    }

    /// A buyer no longer wants a unit, whatever was decided.
    pub fn cancel(&mut self, order: Order) -> Reaction {
        self.waiting.remove(order);
        let decision = self.decisions.entry(order).or_insert(Decision::Cancelled);
        let has_a_unit = *decision == Decision::Granted;
        if has_a_unit {
            *decision = Decision::Returned;
            self.returned += 1;
        }
        Reaction { answers: Vec::new(), report: has_a_unit }
    }

    /// The pool's terms. They are answered with a report even if they are old.
    pub fn take(&mut self, terms: Terms) -> Reaction {
        self.supplied = self.supplied.max(terms.supplied);
        self.epoch = self.epoch.max(terms.epoch);
        let mut reaction = self.serve();
        if terms.recalls > self.recalls {
            self.recalls = terms.recalls;
            // Half, and the last one.
            self.given += (self.free() + 1) / 2;
        }
        reaction.report = true;
        reaction
    }

    /// Those who wait get what is there; when everything is sold, they are refused.
    fn serve(&mut self) -> Reaction {
        let mut answers = Vec::new();
        while self.free() > 0 || is_closed(self.epoch) {
            let Some(order) = self.waiting.pop() else { break };
            let decision = if self.free() > 0 { Decision::Granted } else { Decision::Refused };
            self.sold += Units::from(decision == Decision::Granted);
            self.decisions.insert(order, decision);
            answers.push((order, decision.outcome()));
        }
        Reaction { answers, report: false }
    }

    /// What it tells the pool: after a batch that says so, and from time to time.
    #[must_use]
    pub fn report(&self) -> Report {
        Report {
            supplied: self.supplied,
            given: self.given,
            returned: self.returned,
            recalls: self.recalls,
            epoch: self.epoch,
            free: self.free(),
            waiting: self.waiting.len(),
        }
    }

    /// It stops: its memory is gone.
    pub fn crash(&mut self) {
        self.waiting = Queue::default();
    }
}

/// Orders in the order of their arrival, each once.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
pub struct Queue {
    line: VecDeque<Order>,
    known: BTreeSet<Order>,
}

impl Queue {
    /// Whether nobody waits.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.line.is_empty()
    }

    /// How many wait.
    #[must_use]
    pub fn len(&self) -> Units {
        Units::try_from(self.line.len()).unwrap_or(Units::MAX)
    }

    fn push(&mut self, order: Order) {
        if self.known.insert(order) {
            self.line.push_back(order);
        }
    }

    fn pop(&mut self) -> Option<Order> {
        let order = self.line.pop_front()?;
        self.known.remove(&order);
        Some(order)
    }

    fn remove(&mut self, order: Order) {
        if self.known.remove(&order) {
            self.line.retain(|waiting| *waiting != order);
        }
    }
}
