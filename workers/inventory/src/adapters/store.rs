//! The ports over SQL.

mod sql;
mod stock;

pub(crate) use stock::SqlStock;

/// Every statement of the service, for the statement test.
#[must_use]
pub fn statements() -> Vec<&'static store::Sql> {
    [sql::ALL, store::plumbing::ALL].concat()
}
