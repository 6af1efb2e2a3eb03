//! Where the use cases meet HTTP, SQL, the queues, the peers and the payment provider.

mod events;
mod guest_secret;
pub(crate) mod http;
mod peers;
mod provider;
pub(crate) mod queue;
mod settings;
pub mod store;
pub(crate) mod sweep;
