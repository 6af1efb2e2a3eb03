//! The services in one native process, and the scenarios that must hold there and on workerd.
//!
//! A scenario is a function over [`Api`], the public door and nothing else. `tests/house.rs` runs every
//! scenario in process, `workerd/` runs them against the real Workers.

mod api;
mod in_process;
pub mod scenarios;

pub use api::{Api, Call, PASSWORD, User};
pub use in_process::InProcess;
pub use native::client::Answer;
