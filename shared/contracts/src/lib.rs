//! What the services say to each other: the events in the queues and the internal requests.
//!
//! Readers are tolerant (unknown fields are ignored), writers add and never remove: a version number
//! rises when a meaning or a form changes, and readers take the older ones. Nothing here has behaviour.

pub mod catalogue;
pub mod duties;
pub mod envelope;
pub mod events;
pub mod ops;
pub mod services;
pub mod stock;
pub mod terms;

pub use envelope::{Envelope, Heading};
pub use events::{Event, EventKind};
pub use services::{CRON, Entry, Queue, Service};
