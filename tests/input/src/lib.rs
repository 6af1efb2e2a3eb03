//! Valid requests for every public route, and what the house does when they are changed at random.
//!
//! [`examples::record`] sends one valid request or more to each route, so that ids exist; [`run`] changes them,
//! seeded, and [`judge`] says what must hold of every answer. The same runs in one process and, by address, on
//! real Workers ([`door`]).

pub mod door;
pub mod examples;
pub mod judge;
pub mod mutate;
pub mod random;
pub mod request;
pub mod routes;
mod run;
pub mod values;

pub use run::{Failure, Options, Report, run};
