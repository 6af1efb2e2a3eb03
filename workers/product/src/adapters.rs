//! Where the use cases meet HTTP and SQL.

pub mod http;
pub(crate) mod reconcile;
pub(crate) mod shown;
pub mod store;
