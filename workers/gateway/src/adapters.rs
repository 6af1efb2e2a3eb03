//! Where the use cases meet HTTP, SQL, the queues and the other services.

pub(crate) mod approvals;
pub(crate) mod bot_check;
pub(crate) mod breaches;
pub(crate) mod catalogue;
pub(crate) mod door;
pub(crate) mod http;
pub(crate) mod identity;
pub(crate) mod limits;
mod peers;
pub(crate) mod queue;
pub(crate) mod rights;
pub mod store;
