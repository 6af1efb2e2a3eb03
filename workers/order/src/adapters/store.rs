//! The ports over SQL: one [`Store`] implements them all.

mod attempts;
mod audit;
mod carts;
mod checkouts;
mod closing_row;
mod customers;
mod endings;
mod enrolments;
mod lists;
mod notices;
mod order_parts;
mod order_row;
mod orders;
mod provider;
mod reactions;
mod receipts;
mod refund_row;
mod refunds;
mod reviews;
mod sales;
mod shipments;
pub(crate) mod sql;
mod tax_rates;
mod tills;
mod unpaid;

use contracts::stock::ItemAvailability;
use kernel::{Currency, Failure, Money, Timestamp};
use serde::Serialize;
use serde::de::DeserializeOwned;
use store::{DatabaseError, Rows, Sql, Statement, Unit};
use web::{Context, Present};

use crate::application::ports::receipts::Printed;
use crate::application::price_cart::PricedCart;
use crate::application::resume_checkouts::BUYER_SECONDS_MAX;
use crate::domain::customer::Customer;
use crate::domain::enrolment::Enrolment;
use crate::domain::order::{Order, Shipment};
use crate::domain::refund::Refund;
use crate::domain::review::{RefusedSale, Review};
use crate::domain::till::Closing;

pub(crate) use customers::CustomerFilter;
pub(crate) use lists::OrderFilter;
pub(crate) use reviews::Which;
pub(crate) use shipments::FulfilmentFilter;
pub(crate) use tills::TillSummary;

/// How the answers look that a request's key keeps, as defined by the handler. An answer that the handler does not
/// define is not stored: a read, a message and a sweep have no key.
#[derive(Clone, Copy)]
pub(crate) struct Presents {
    pub(crate) order: Option<Present<Order>>,
    /// A payment that was declined, by its reason.
    pub(crate) declined: Option<Present<str>>,
    pub(crate) out_of_stock: Option<Present<[ItemAvailability]>>,
    pub(crate) refund: Option<Present<Refund>>,
    pub(crate) shipment: Option<Present<Shipment>>,
    pub(crate) closing: Option<Present<Closing>>,
    pub(crate) cart: Option<Present<PricedCart>>,
    pub(crate) customer: Option<Present<Customer>>,
    pub(crate) receipt: Option<Present<Printed>>,
    pub(crate) enrolment: Option<Present<Enrolment>>,
    pub(crate) review: Option<Present<Review>>,
    pub(crate) refused_sale: Option<Present<RefusedSale>>,
    /// For a change that is answered without a body.
    pub(crate) done: Option<Present<()>>,
}

impl Presents {
    pub(crate) const NONE: Self = Self {
        order: None,
        declined: None,
        out_of_stock: None,
        refund: None,
        shipment: None,
        closing: None,
        cart: None,
        customer: None,
        receipt: None,
        enrolment: None,
        review: None,
        refused_sale: None,
        done: None,
    };
}

/// The service's database.
pub(crate) struct Store<'a> {
    context: &'a Context,
    presents: Presents,
    in_part: bool,
}

impl<'a> Store<'a> {
    /// For work that stores no answer: a read, a message, a sweep.
    pub(crate) fn new(context: &'a Context) -> Self {
        Self::presenting(context, Presents::NONE)
    }

    /// For a request whose key stores its answer.
    pub(crate) fn presenting(context: &'a Context, presents: Presents) -> Self {
        Self { context, presents, in_part: false }
    }

    /// For one of many parts of a request. A part does not claim the request's key.
    pub(crate) fn in_part(context: &'a Context) -> Self {
        Self { context, presents: Presents::NONE, in_part: true }
    }

    /// A unit that knows the request's key, unless this is only a part of the request.
    fn unit(&self) -> Unit {
        if self.in_part { Unit::new(self.context.now(), None) } else { self.context.unit() }
    }

    /// Stores an answer under the request's key, in the unit that makes it true.
    fn keep<T: ?Sized>(
        &self,
        present: Option<Present<T>>,
        unit: &mut Unit,
        outcome: &T,
    ) -> Result<(), Failure> {
        present.map_or(Ok(()), |present| present.keep(self.context, unit, outcome))
    }
}

/// Counts work in progress: checkouts and refunds; cancelling is one batch.
pub(crate) fn count_sagas(late: Timestamp) -> Statement {
    // An attempt about which the provider is not silent may wait for the buyer.
    sql::audit::COUNT_SAGAS.bind(store::values![late, late.plus_seconds(BUYER_SECONDS_MAX.saturating_neg())])
}

/// Every statement of the service, for the statement test.
#[must_use]
pub fn statements() -> Vec<&'static Sql> {
    [sql::all(), store::plumbing::ALL.to_vec()].concat()
}

fn shape(what: impl std::fmt::Display) -> DatabaseError {
    DatabaseError::Shape(what.to_string())
}

fn defect(what: impl std::fmt::Display) -> Failure {
    Failure::Defect(what.to_string())
}

fn money(minor: i64, currency: Currency) -> Result<Money, DatabaseError> {
    Money::from_minor(minor, currency).map_err(shape)
}

/// Parses a JSON text from a row.
fn parsed<T: DeserializeOwned>(json: &str) -> Result<T, DatabaseError> {
    serde_json::from_str(json).map_err(shape)
}

/// A JSON text for a row.
fn text(value: &impl Serialize) -> Result<String, Failure> {
    serde_json::to_string(value).map_err(defect)
}

/// The row of a statement that always returns one.
fn only<T: DeserializeOwned>(rows: Rows) -> Result<T, DatabaseError> {
    rows.first()?.ok_or_else(|| shape("a row is missing"))
}

/// The rows of one statement of a unit.
fn rows_at(rows: Vec<Rows>, index: usize) -> Result<Rows, DatabaseError> {
    rows.into_iter().nth(index).ok_or_else(|| shape("the rows of a statement are missing"))
}
