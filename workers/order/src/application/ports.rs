//! What the use cases need of the world, in their own words. Every writing method is one whole
//! business transaction.

pub mod checkouts;
pub mod customers;
pub mod orders;
pub mod peers;
pub mod receipts;
pub mod refunds;
pub mod tills;
