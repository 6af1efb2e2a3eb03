//! The rules of selling: what an order is, what it costs, and how a checkout proceeds.

pub mod as_told;
pub mod cart;
pub mod cashier;
pub mod checkout;
pub mod customer;
pub mod enrolment;
pub mod order;
pub mod patience;
pub mod receipt;
pub mod refund;
pub mod review;
pub mod tax_rate;
pub mod till;
