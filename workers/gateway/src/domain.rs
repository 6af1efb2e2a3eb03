//! The rules of the gateway: pure, synchronous, without a clock.

pub mod approval;
pub mod dead_letter;
pub mod entity_tag;
pub mod guest_read;
pub mod health;
pub mod limits;
pub mod memory;
pub mod metrics;
pub mod origins;
pub mod outbox;
pub mod passage;
pub mod password;
pub mod password_reset;
pub mod password_rules;
pub mod reconciliation;
pub mod rights;
pub mod sales;
pub mod session;
pub mod throttle;
pub mod user;
