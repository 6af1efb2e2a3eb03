//! The use cases, one per file, over the ports they need.

pub mod deduct_stock;
pub mod ports;
