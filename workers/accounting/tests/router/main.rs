//! The real service over SQLite, asked as the gateway asks it.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::arithmetic_side_effects,
    reason = "tests"
)]

mod accounts;
mod as_of;
mod books;
mod credits;
mod duties;
mod entries;
mod periods;
mod properties;
mod receivables;
mod reports;
mod sales;
