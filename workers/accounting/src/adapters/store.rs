//! The ports over SQL.

mod accounts;
mod audit;
mod credits;
mod entry_row;
mod journal;
mod periods;
mod receivables;
mod reports;
mod sql;

pub(crate) use credits::{CreditFilter, PaymentsOf};
pub(crate) use journal::{EntryFilter, LedgerLine, Position};
pub(crate) use receivables::{Ageing, InvoiceFilter};
pub(crate) use reports::Moved;

use std::convert::Infallible;

use kernel::{Currency, Money};
use serde::de::DeserializeOwned;
use store::{DatabaseError, Rows};
use web::{Context, Present};

/// The service's database, as a request uses it. `T` is the outcome whose answer is stored under the request's
/// idempotency key.
pub(crate) struct Store<'a, T = Infallible> {
    context: &'a Context,
    present: Present<T>,
}

impl<'a> Store<'a> {
    /// For work that stores no answer.
    pub(crate) fn new(context: &'a Context) -> Self {
        Self::answering(context, Present::NONE)
    }
}

impl<'a, T> Store<'a, T> {
    /// For a use case whose outcome is answered like this.
    pub(crate) fn answering(context: &'a Context, present: Present<T>) -> Self {
        Self { context, present }
    }
}

/// Every statement of the service, for the statement test.
#[must_use]
pub fn statements() -> Vec<&'static store::Sql> {
    [
        sql::accounts::ALL,
        sql::journal::ALL,
        sql::receivables::ALL,
        sql::reports::ALL,
        sql::audit::ALL,
        store::plumbing::ALL,
    ]
    .concat()
}

/// The row of a statement that always returns one: a sum, a count.
fn only<T: DeserializeOwned>(rows: Rows) -> Result<T, DatabaseError> {
    rows.first()?.ok_or_else(|| DatabaseError::Shape("a statement that always has a row had none".to_owned()))
}

/// An amount read from a row; the schema keeps it within bounds.
fn money(minor: i64, currency: Currency) -> Result<Money, DatabaseError> {
    Money::from_minor(minor, currency).map_err(|error| DatabaseError::Shape(format!("{minor}: {error}")))
}
