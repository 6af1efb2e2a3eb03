//! The ports over SQL, and the reads that need none.

mod categories;
mod changes;
mod checks;
mod lists;
mod products;
mod resolve;
mod rows;
mod sql;
mod sql_checks;
mod sql_write;

use kernel::Failure;
use store::Unit;
use web::{Context, Present};

pub(crate) use checks::Findings;
pub(crate) use lists::Filter;

/// The service's database. `T` is the outcome whose answer a request's idempotency key remembers.
pub(crate) struct Store<'a, T = ()> {
    context: &'a Context,
    present: Option<Present<T>>,
}

impl<'a> Store<'a> {
    /// For a request that changes nothing.
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
    [sql::ALL, sql_write::ALL, sql_checks::ALL, store::plumbing::ALL].concat()
}
