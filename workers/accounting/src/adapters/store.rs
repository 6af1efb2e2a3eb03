//! The ports over SQL.

mod accounts;
mod audit;
mod entry_row;
mod journal;
mod periods;
mod receivables;
mod reports;
mod sql;

pub(crate) use journal::{EntryFilter, LedgerLine, Position};
pub(crate) use receivables::{Ageing, InvoiceFilter};
pub(crate) use reports::Moved;

use kernel::{Currency, Failure, Money};
use serde::de::DeserializeOwned;
use store::{DatabaseError, Rows, Unit};
use web::{Context, Present};

/// The service's database. `T` is the outcome whose answer a request's idempotency key remembers.
pub(crate) struct Store<'a, T = ()> {
    context: &'a Context,
    present: Option<Present<T>>,
}

impl<'a> Store<'a> {
    /// For what gives no answer of its own: a read, a message.
    pub(crate) fn reading(context: &'a Context) -> Self {
        Self { context, present: None }
    }
}

impl<'a, T> Store<'a, T> {
    /// For a request whose outcome is answered so.
    pub(crate) fn answering(context: &'a Context, present: Present<T>) -> Self {
        Self { context, present: Some(present) }
    }

    fn keep(&self, unit: &mut Unit, outcome: &T) -> Result<(), Failure> {
        self.present.map_or(Ok(()), |present| present.keep(self.context, unit, outcome))
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

/// The row of a statement that always has one: a sum, a count.
fn only<T: DeserializeOwned>(rows: Rows) -> Result<T, DatabaseError> {
    rows.first()?.ok_or_else(|| DatabaseError::Shape("a statement that always has a row had none".to_owned()))
}

/// An amount read from a row; the schema keeps it within bounds.
fn money(minor: i64, currency: Currency) -> Result<Money, DatabaseError> {
    Money::from_minor(minor, currency).map_err(|error| DatabaseError::Shape(format!("{minor}: {error}")))
}
