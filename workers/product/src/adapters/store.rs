//! The ports over SQL, and the reads that need none.

mod categories;
mod checks;
mod lists;
mod products;
mod resolve;
mod rows;
mod sql;
mod sql_checks;
mod sql_write;

pub(crate) use categories::{SqlCategories, list_categories};
pub(crate) use checks::{Findings, check_catalogue};
pub(crate) use lists::{Filter, find_by_barcode, list_price_history, list_products};
pub(crate) use products::SqlProducts;
pub(crate) use resolve::resolve_variants;

/// Every statement of the service, for the statement test.
#[must_use]
pub fn statements() -> Vec<&'static store::Sql> {
    [sql::ALL, sql_write::ALL, sql_checks::ALL, store::plumbing::ALL].concat()
}
