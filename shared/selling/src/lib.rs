//! The rules of selling, to the cent: one crate for the edge, the storefront and an offline till.
//!
//! Pure and synchronous, integers only. What is not known here is an argument: prices, rates, the day. Nothing here
//! knows of databases, HTTP or a clock.

pub mod pricing;
pub mod receipt;
pub mod refund;
pub mod tender;
