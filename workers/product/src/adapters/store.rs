//! The ports over SQL, and the reads that have no port.

mod categories;
mod changes;
mod checks;
mod lists;
mod products;
mod reindex;
mod resolve;
mod rows;
mod sql;
mod sql_checks;
mod sql_write;

use std::convert::Infallible;

use web::{Context, Present};

pub(crate) use checks::Catalogue;
pub(crate) use sql::{scanned, sku_of};

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
    [sql::ALL, super::shown::ALL, sql_write::ALL, sql_checks::ALL, store::plumbing::ALL].concat()
}
