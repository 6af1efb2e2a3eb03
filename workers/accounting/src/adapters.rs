//! Where the use cases meet HTTP, SQL and the queues.

pub mod http;
pub mod queue;
pub mod store;
