//! The service as its callers see it: the real router over a real database, driven in process.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    reason = "a test that panics fails"
)]

mod adjust_stock;
mod catalogue;
mod deduct_stock;
mod hints;
mod kept_answers;
mod meddling;
mod moving_average;
mod reads;
mod refusals;
mod rights;
mod shop;
mod transfers;
mod warehouses;
