//! The use cases, one per file, over the ports they need.

pub mod apply_credit;
pub mod book_event;
pub mod change_account;
pub mod close_period;
pub mod first_open_day;
pub mod journal_error;
pub mod open_account;
pub mod open_period;
pub mod pay_invoice;
pub mod pay_out_credit;
pub mod ports;
pub mod post_entry;
pub mod record_entry;
pub mod reverse_payment;
pub mod void_entry;
