//! A refund as it is recorded, and the saga that performs it. Its amounts are calculated in [`selling::refund`].

mod record;
mod saga;

pub use record::{PaybackStatus, Refund, RefundPayment, number_parts};
pub use saga::{Progress, RefundStatus, Step, next_step};
