//! A model of the checkout and of the messages it causes, small enough to be explored exhaustively:
//! every order in which three orders on two units can run, stop, be taken up again, be refused and be
//! told of, within a bound on the faults.
//!
//! What the order service decides is not modelled: it is the service's own pure state machine,
//! [`order::domain::checkout::advance`], and its own [`Step::state`](order::domain::checkout::Step::state).
//! Modelled are its surroundings: the database with its versions, inventory, the payment provider, outbox,
//! queue and relay, accounting, customers who come again, and everything that can go wrong between them.
//!
//! docs/model.md says what is left out, what the bounds are and what was measured.
#![allow(clippy::disallowed_methods, reason = "a tool measures how long it takes")]

pub mod allotment;
pub mod bounds;
pub mod explore;
pub mod flash_sale;
pub mod house;
mod messages;
pub mod mutant;
mod perform;
pub mod properties;
pub mod state;
