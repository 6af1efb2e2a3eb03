//! Where the use cases meet HTTP, SQL, the queues, the peers and the payment provider.

mod events;
pub mod http;
mod payment;
mod peers;
pub mod queue;
pub(crate) mod refund_effects;
pub mod store;
