//! The use cases, one per file, over the ports they need.

pub mod book_event;
pub mod change_account;
pub mod close_period;
pub mod journal_error;
pub mod open_account;
pub mod open_period;
pub mod pay_invoice;
pub mod ports;
pub mod post_entry;
pub mod record_entry;
pub mod void_entry;
