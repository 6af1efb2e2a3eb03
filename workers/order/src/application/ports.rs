//! What the use cases need from the outside, in their own terms. Every writing method is one whole business
//! transaction.

pub mod carts;
pub mod checkouts;
pub mod customers;
pub mod orders;
pub mod peers;
pub mod receipts;
pub mod refunds;
pub mod reviews;
pub mod shipments;
pub mod tax_rates;
pub mod tills;
