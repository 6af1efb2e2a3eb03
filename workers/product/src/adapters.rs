//! Where the use cases meet HTTP and SQL.

pub mod http;
pub mod store;
