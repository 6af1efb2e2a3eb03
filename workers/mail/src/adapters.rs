//! HTTP, SQL, queues, and those who carry mails.

pub(crate) mod http;
pub(crate) mod providers;
pub(crate) mod queue;
pub(crate) mod settings;
pub mod store;
pub(crate) mod sweep;
pub(crate) mod writer;
