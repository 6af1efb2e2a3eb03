//! Where the use cases meet HTTP, SQL and the queues.

pub(crate) mod http;
pub(crate) mod queue;
pub mod store;
