//! How the services store data: statements, the two databases that run them, and the unit of work.
//!
//! D1 is SQLite behind a network without interactive transactions. So a change of state is one
//! [`Unit`]: statements, the messages they cause and the answer an idempotency key replays, committed
//! as one atomic batch. Rules are constraints of the schema; a broken rule comes back as
//! [`DatabaseError::Rule`] with the rule's name.
//!
//! Architecture invariant: nothing here knows HTTP, a service or a business rule.

mod database;
mod error;
pub mod plumbing;
mod row;
mod statement;
mod unit;

#[cfg(target_arch = "wasm32")]
mod d1;
#[cfg(not(target_arch = "wasm32"))]
mod sqlite;

#[cfg(target_arch = "wasm32")]
pub use d1::D1;
pub use database::{Database, Pending};
pub use error::DatabaseError;
pub use row::{Row, Rows};
#[cfg(not(target_arch = "wasm32"))]
pub use sqlite::{Sqlite, check_statements, query_plan};
pub use statement::{IntoValue, Sql, Statement, Value, json};
pub use unit::{Actor, Claim, KeptAnswer, OutboxMessage, Unit};
