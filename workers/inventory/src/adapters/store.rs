//! The ports over SQL: one adapter for all of them. Also the pure reads.

mod adjustments;
mod audit;
mod catalogue;
mod change;
mod deductions;
mod holdings;
mod messages;
mod movements;
mod refusals;
mod restocks;
mod reviews;
mod sql;
mod transfer_lists;
mod transfers;
mod warehouses;

use std::convert::Infallible;

use kernel::{Failure, Limit};
use serde::Serialize;
use web::{Context, Present};

pub(crate) use adjustments::find_adjustment;
pub(crate) use audit::{look_up_sales, reconcile, summarise};
pub(crate) use holdings::shown_stock_version;
pub(crate) use holdings::{StockFilter, StockRow, list_alerts, list_stock, list_stock_of_item, list_totals};
pub(crate) use movements::{MovementFilter, MovementRow, list_movements};
pub(crate) use transfer_lists::list_transfers;
pub(crate) use warehouses::list_warehouses;

pub use sql::statements;

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

/// The extra row shows that there is another page.
fn one_more(limit: Limit) -> usize {
    limit.rows().saturating_add(1)
}

/// A text to store.
fn text<T: Serialize + ?Sized>(value: &T) -> Result<String, Failure> {
    serde_json::to_string(value).map_err(defect)
}

fn defect(cause: impl std::fmt::Display) -> Failure {
    Failure::Defect(cause.to_string())
}
