//! Where the use cases meet HTTP, SQL, the queues and the other services.

pub mod door;
pub mod http;
pub mod identity;
mod peers;
pub mod queue;
pub mod store;
mod wire;
