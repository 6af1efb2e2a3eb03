//! Where the use cases meet HTTP, SQL, the queues and the other services.

pub(crate) mod catalogue;
pub(crate) mod door;
pub(crate) mod http;
pub(crate) mod identity;
mod peers;
pub(crate) mod queue;
pub mod store;
