//! What the clients were told: the other side of the books, against which the databases are checked.

use std::collections::BTreeMap;

/// What a client knows of its order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Told {
    /// No definite answer yet.
    Nothing,
    /// It was refused before it existed.
    Refused,
    /// It exists.
    Placed,
    /// The payment was declined; it waits for another.
    Declined,
    /// It is sold.
    Completed,
    /// The goods were gone.
    OutOfStock,
    /// It was cancelled as the client asked.
    Cancelled,
}

/// An order, known by the words its client put into it.
#[derive(Debug, Clone)]
pub(crate) struct OrderSeen {
    pub(crate) warehouse: String,
    pub(crate) lines: Vec<(String, i64)>,
    pub(crate) told: Told,
    /// The id, once it is known.
    pub(crate) id: Option<String>,
    pub(crate) number: Option<String>,
    /// What it may come to: one amount, or two while a change of it has no definite answer.
    pub(crate) totals_minor: Vec<i64>,
    pub(crate) offline: bool,
    /// Its buyer has asked for something else in it.
    pub(crate) changed: bool,
    /// When it was asked for, and when the answer came, by the simulation's own clock.
    pub(crate) asked_ms: i64,
    pub(crate) told_ms: Option<i64>,
}

/// A price that somebody set, each another one.
#[derive(Debug, Clone)]
pub(crate) struct PriceSeen {
    pub(crate) minor: i64,
    pub(crate) asked_ms: i64,
    pub(crate) told_ms: Option<i64>,
}

/// A product that came, and perhaps went.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct ProductSeen {
    pub(crate) created: bool,
    pub(crate) deleted: bool,
}

/// Something that a client asked for once, by its own words.
#[derive(Debug, Clone, Default)]
pub(crate) struct Deed {
    /// The answer said it is done.
    pub(crate) done: bool,
    /// What the answer called it.
    pub(crate) id: Option<String>,
}

/// The closing of a till's day.
#[derive(Debug, Clone, Copy)]
pub(crate) struct ClosingSeen {
    pub(crate) sales: i64,
    /// What the drawer lacks.
    pub(crate) short: i64,
    pub(crate) done: bool,
}

/// A transfer between the warehouses.
#[derive(Debug, Clone)]
pub(crate) struct TransferSeen {
    pub(crate) from: String,
    pub(crate) to: String,
    pub(crate) sku: String,
    pub(crate) units: i64,
    pub(crate) shipped: bool,
    pub(crate) received: bool,
}

/// A shipment: its last status that was asked for, and the last that was told.
#[derive(Debug, Clone, Copy)]
pub(crate) struct ShipmentSeen {
    pub(crate) asked: &'static str,
    pub(crate) told: &'static str,
}

/// Everything that was told in a run.
#[derive(Debug, Clone, Default)]
pub(crate) struct Model {
    /// What guests keep: the tokens of their orders.
    pub(crate) order_tokens: BTreeMap<String, String>,
    pub(crate) orders: BTreeMap<String, OrderSeen>,
    pub(crate) refunds: BTreeMap<String, Deed>,
    /// By id.
    pub(crate) shipments: BTreeMap<String, ShipmentSeen>,
    pub(crate) entries: BTreeMap<String, Deed>,
    pub(crate) voids: BTreeMap<String, Deed>,
    pub(crate) invoice_payments: BTreeMap<String, Deed>,
    /// By note: the id, and what it changed: warehouse, SKU, units.
    pub(crate) adjustments: BTreeMap<String, (Deed, String, String, i64)>,
    pub(crate) transfers: BTreeMap<String, TransferSeen>,
    /// In the order in which they were asked for.
    pub(crate) prices: Vec<PriceSeen>,
    /// By SKU.
    pub(crate) products: BTreeMap<String, ProductSeen>,
    /// Somebody is closing the month.
    pub(crate) closing: bool,
    /// It is closed, with so many entries.
    pub(crate) closed: Option<i64>,
    /// How far each till has counted.
    pub(crate) tills: BTreeMap<String, i64>,
    /// By till; a till is closed once here.
    pub(crate) closings: BTreeMap<String, ClosingSeen>,
    /// Garbage that was put into queues.
    pub(crate) malformed: u64,
    /// Answers that no client should ever get.
    pub(crate) surprises: Vec<String>,
    /// Names for what clients make.
    pub(crate) count: u64,
}

impl Model {
    /// A word that nothing else in this run has.
    pub(crate) fn word(&mut self, kind: &str) -> String {
        self.count += 1;
        format!("{kind}-{}", self.count)
    }
}
