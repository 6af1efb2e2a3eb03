//! What the world is at one moment: what each party has stored, what runs and what travels.

use order::domain::checkout::{Command, Event, State as Checkout, Step, Tender};
use stateright::Representative;

use crate::bounds::{ATTEMPTS, Faults, ORDERS};

/// Everything.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct State {
    /// Units on hand, in inventory's database. Below zero is what a broken model shows.
    pub on_hand: i8,
    /// Each order with all that concerns it alone: so that orders can change places.
    pub orders: [Order; ORDERS],
    /// The messages that the stock ran out, the first time and, after a delivery, the second.
    pub depletions: [Message; 2],
    /// What may still go wrong.
    pub faults: Faults,
}

/// One order, in every place that knows of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Order {
    /// The units it wants.
    pub wants: u8,
    /// Who takes the money.
    pub tender: Tender,
    /// The order service's row.
    pub row: Row,
    /// What runs for it now, in the order service's memory.
    pub runs: [Option<Run>; 2],
    /// The provider's books, by payment id.
    pub books: [Book; ATTEMPTS],
    /// Units that inventory has taken for it.
    pub taken: u8,
    /// Whether inventory remembers that it refused.
    pub refused: bool,
    /// The message that it is completed.
    pub told: Message,
    /// Journal entries that book it.
    pub entries: u8,
}

/// What the order service has stored of an order. Its version is not a number here: a run knows whether
/// the row is still the one it read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Row {
    /// Where the order stands.
    pub status: Status,
    /// The step of its checkout, while one is under way.
    pub step: Option<Step>,
    /// Whether inventory's refusal is kept with it.
    pub shortage: bool,
    /// Attempts to pay; the last one is the active one while there is a step.
    pub attempts: u8,
    /// Whether the message that the goods ran out cancelled it.
    pub depleted: bool,
}

/// The status of an order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Status {
    /// Waits for payment, or is being paid.
    Pending,
    /// The goods are taken, the money is not yet.
    Confirmed,
    /// Sold.
    Completed,
    /// Ended without a sale.
    Cancelled,
}

/// A checkout as the order service's memory has it: lost with a crash.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Run {
    /// Where it believes the checkout stands.
    pub state: Checkout,
    /// What the state machine told it to do and it has not done yet.
    pub todo: [Option<Command>; 2],
    /// What happened, while something is still to do before it is told to the state machine.
    pub happened: Option<Event>,
    /// Whether the row is still the one it read or wrote: its version is the row's.
    pub fresh: bool,
    /// Whether its first store begins the attempt.
    pub opening: bool,
    /// Which payment it is about.
    pub attempt: u8,
    /// Whether inventory refused, as far as it knows.
    pub shortage: bool,
    /// Whether it has told of a sale that it has not stored; only a mutant does that.
    pub told: bool,
}

/// What the provider's books say of one payment.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Book {
    /// Never heard of.
    #[default]
    Unknown,
    /// Refused.
    Declined,
    /// The money is set aside.
    Authorised,
    /// The money is taken.
    Captured,
    /// The money is let go, or may never be taken.
    Voided,
}

/// One message: its outbox row, its copies in the queue, its reader's inbox row.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Message {
    /// Whether it was published: the row in the writer's outbox.
    pub published: bool,
    /// Whether the outbox row is marked delivered.
    pub delivered: bool,
    /// Copies in the queue.
    pub copies: u8,
    /// Whether the reader's inbox has it.
    pub received: bool,
}

impl Order {
    /// An order that waits for payment.
    #[must_use]
    pub fn placed(wants: u8, tender: Tender) -> Self {
        let row = Row { status: Status::Pending, step: None, shortage: false, attempts: 0, depleted: false };
        Self {
            wants,
            tender,
            row,
            runs: [None; 2],
            books: [Book::Unknown; ATTEMPTS],
            taken: 0,
            refused: false,
            told: Message::default(),
            entries: 0,
        }
    }

    /// How many runs are alive.
    #[must_use]
    pub fn running(&self) -> usize {
        self.runs.iter().flatten().count()
    }

    /// How many of its payments stand so in the provider's books.
    #[must_use]
    pub fn payments(&self, book: Book) -> usize {
        self.books.iter().filter(|entry| **entry == book).count()
    }

    /// Whether it waits for payment and nobody has begun to pay.
    #[must_use]
    pub fn waits(&self) -> bool {
        self.row.status == Status::Pending && self.row.step.is_none()
    }

    /// The row was written: whoever read it before has an old version.
    pub(crate) fn rewritten(&mut self) {
        for run in self.runs.iter_mut().flatten() {
            run.fresh = false;
        }
    }

    /// Ends it without a sale.
    pub(crate) fn cancel(&mut self) {
        self.row.status = Status::Cancelled;
        self.row.step = None;
        self.rewritten();
    }
}

impl Representative for State {
    /// Nothing depends on which order is which, nor on which of two runs is the first.
    fn representative(&self) -> Self {
        let mut same = *self;
        for order in &mut same.orders {
            order.runs.sort_unstable();
        }
        same.orders.sort_unstable();
        same
    }
}
