//! The rules of the books that are not the schema's.

pub mod account;
pub mod booking;
pub mod chart;
pub mod entry;
pub mod invoice;
pub mod period;
pub mod report;
pub mod span;
