//! The ports over SQL.

mod accounts;
mod audit;
mod entry_row;
mod journal;
mod periods;
mod receivables;
mod reports;
mod sql;

pub(crate) use accounts::SqlChart;
pub(crate) use audit::{lookup_sales, reconcile, summary};
pub(crate) use journal::{EntryFilter, LedgerLine, Position, SqlJournal};
pub(crate) use periods::SqlPeriods;
pub(crate) use receivables::{Ageing, InvoiceFilter, SqlReceivables};
pub(crate) use reports::{Moved, SqlReports};

use kernel::{Currency, Money};
use store::DatabaseError;

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

/// An amount read from a row; the schema keeps it within bounds.
fn money(minor: i64, currency: Currency) -> Result<Money, DatabaseError> {
    Money::from_minor(minor, currency).map_err(|error| DatabaseError::Shape(format!("{minor}: {error}")))
}
