//! The rules of the books that the schema does not enforce.

pub mod account;
pub mod booking;
pub mod chart;
pub mod credit;
pub mod entry;
pub mod invoice;
pub mod period;
pub mod report;
pub mod span;
