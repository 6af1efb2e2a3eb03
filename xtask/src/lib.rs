//! The project's own commands, as a library: `cargo xtask` is a thin front over it, and the tests that
//! need real Workers start them through [`runtime`].
#![expect(
    clippy::disallowed_methods,
    reason = "a tool measures how long its steps take; the product gets the time from its world"
)]

pub mod bench;
pub mod build;
pub mod client;
pub mod crash;
pub mod deploy;
pub mod dev;
pub mod first_admin;
pub mod frontend;
pub mod fuzz;
pub mod generate;
pub mod input;
pub mod model;
pub mod openapi;
pub mod paths;
pub mod process;
pub mod replay;
pub mod runtime;
pub mod schemathesis;
pub mod secrets;
pub mod seed;
pub mod setup;
pub mod simulate;
mod system;
pub mod test;
pub mod ui;
