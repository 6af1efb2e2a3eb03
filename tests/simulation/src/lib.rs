//! The services under a seeded scheduler: everything that can fail does, and nothing may be lost.
//!
//! A run (`run.rs`) lets clients of all kinds (`clients/`) into a house (`house.rs`) whose every effect
//! (`world.rs`) is a point where another task may go first, where the effect may fail before or after it
//! happened, and where a service may stop. Then faults end, everything comes to rest, and the databases are
//! compared with what the clients were told (`check.rs`). One seed is one run, exactly (`core.rs`).
//! What it can find is shown with deliberate faults (`mutation.rs`).
//!
//! The services and their SQL are the product's own; only the platform under them is this package's.

mod check;
mod client;
mod clients;
mod core;
mod database;
mod events;
pub mod fail_points;
mod faults;
pub mod flash_sale;
mod house;
mod inspect;
mod model;
mod mutation;
mod points;
mod random;
mod run;
mod shop;
mod trace;
pub mod wire;
mod world;

pub use faults::Fault;
pub use house::House;
pub use mutation::Mutation;
pub use run::{Report, run};
