//! How large a world is explored: the orders, the units, and how often each thing may go wrong.

use order::domain::checkout::Tender;

/// How many orders there are.
pub const ORDERS: usize = 3;
/// How often one order's customer tries to pay before giving the order up.
pub const ATTEMPTS: usize = 2;

/// How often each fault, and each thing that need not happen, may still happen: in total, not per order.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Faults {
    /// The order service stops: every run is gone, with all it knew and had not stored.
    pub crashes: u8,
    /// A call (to the database, inventory, the provider) has no answer, whether or not it took effect.
    pub silences: u8,
    /// A run is slow: a second one takes up or begins the same checkout while the first is alive.
    pub overtakes: u8,
    /// A message is lost in its queue, or the relay stops before it notes that it was taken.
    pub lost: u8,
    /// A message is delivered twice by its queue.
    pub doubled: u8,
    /// The provider declines.
    pub declines: u8,
    /// A customer cancels without need.
    pub cancels: u8,
    /// A unit arrives in stock.
    pub deliveries: u8,
}

/// One world to explore.
#[derive(Debug, Clone, Copy)]
pub struct Bounds {
    /// What it is about.
    pub name: &'static str,
    /// Units in stock when it begins.
    pub units: u8,
    /// Units that each order wants, and who takes its money.
    pub orders: [(u8, Tender); ORDERS],
    /// What may go wrong.
    pub faults: Faults,
}

const CARD: (u8, Tender) = (1, Tender::Provider);
const HAND: (u8, Tender) = (1, Tender::Hand);

/// Nothing goes wrong.
pub const CALM: Faults = Faults {
    crashes: 0,
    silences: 0,
    overtakes: 0,
    lost: 0,
    doubled: 0,
    declines: 0,
    cancels: 0,
    deliveries: 0,
};

/// Three orders of a unit each, paid by card, on two units; nothing goes wrong.
pub const THREE_ON_TWO: Bounds =
    Bounds { name: "nothing goes wrong", units: 2, orders: [CARD; ORDERS], faults: CALM };

/// The worlds that `cargo xtask model` explores.
pub const WORLDS: [Bounds; 8] = [
    THREE_ON_TWO,
    Bounds {
        name: "crash, loss, duplication",
        faults: Faults { crashes: 2, lost: 2, doubled: 2, ..CALM },
        ..THREE_ON_TWO
    },
    Bounds {
        name: "crash, silence, slow runs",
        faults: Faults { crashes: 1, silences: 1, overtakes: 1, ..CALM },
        ..THREE_ON_TWO
    },
    Bounds {
        name: "two slow runs, silence",
        faults: Faults { silences: 1, overtakes: 2, ..CALM },
        ..THREE_ON_TWO
    },
    Bounds {
        name: "declined and cancelled",
        faults: Faults { crashes: 1, lost: 1, declines: 2, cancels: 1, ..CALM },
        ..THREE_ON_TWO
    },
    Bounds {
        name: "one paid by hand",
        orders: [CARD, CARD, HAND],
        faults: Faults { crashes: 1, overtakes: 1, lost: 1, ..CALM },
        ..THREE_ON_TWO
    },
    Bounds {
        name: "one wants both units",
        orders: [CARD, CARD, (2, Tender::Provider)],
        faults: Faults { crashes: 1, silences: 1, lost: 1, ..CALM },
        ..THREE_ON_TWO
    },
    Bounds {
        name: "a delivery",
        faults: Faults { crashes: 1, overtakes: 1, deliveries: 1, ..CALM },
        ..THREE_ON_TWO
    },
];

/// The ones that take minutes: explored when asked for.
pub const LONG_WORLDS: [Bounds; 1] = [Bounds {
    name: "one of each fault",
    faults: Faults { crashes: 1, silences: 1, overtakes: 1, lost: 1, doubled: 1, ..CALM },
    ..THREE_ON_TWO
}];

/// Smaller ones, for the tests: each fault once, or two that meet.
pub const SMALL_WORLDS: [Bounds; 5] = [
    Bounds {
        name: "crash, loss, duplication",
        faults: Faults { crashes: 1, lost: 1, doubled: 1, ..CALM },
        ..THREE_ON_TWO
    },
    Bounds {
        name: "silence, a refusal",
        faults: Faults { silences: 1, declines: 1, ..CALM },
        ..THREE_ON_TWO
    },
    Bounds { name: "a slow run", faults: Faults { overtakes: 1, ..CALM }, ..THREE_ON_TWO },
    Bounds {
        name: "all kinds of orders",
        orders: [CARD, HAND, (2, Tender::Provider)],
        faults: Faults { lost: 1, cancels: 1, declines: 1, ..CALM },
        ..THREE_ON_TWO
    },
    Bounds { name: "a delivery", faults: Faults { overtakes: 1, deliveries: 1, ..CALM }, ..THREE_ON_TWO },
];
