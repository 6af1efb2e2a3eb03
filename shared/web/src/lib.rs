//! HTTP, once for all services: the caller ([`auth`]), what a request carries ([`Context`]), the route table
//! ([`Route`]), what a handler is ([`Endpoint`]), how its input is read ([`Json`], [`Query`], [`Path`]) and its answer
//! written ([`Answer`]), how errors look ([`Problem`]), and how messages from other services are taken in
//! ([`messages`]).
//!
//! A service is a type that implements [`Bounded`]; an [`App`] runs it, at the edge and natively alike.

pub mod answer;
mod app;
pub mod audit;
pub mod auth;
mod context;
mod decode;
#[cfg(not(target_arch = "wasm32"))]
pub mod describe;
pub mod duties;
mod endpoint;
mod guard;
pub mod health;
pub mod idempotency;
pub mod input;
mod internal;
pub mod messages;
mod observe;
pub mod outside;
pub mod problem;
mod problem_code;
pub mod prune;
pub mod query;
mod recall;
mod relay;
mod routes;
mod serve;
mod shared_read;
mod spans;
pub mod tokens;
mod trace;
pub mod trail;
mod written;

pub use answer::{Accepted, Answer, Created, List, NoContent, Placed, Present, Reply, Tagged, Text, list};
pub use app::{App, Bounded};
pub use audit::{Audit, Findings};
pub use auth::{Caller, Grant, Role};
pub use context::{Context, PeerFailure};
pub use decode::{from_json, from_slice};
pub use endpoint::Endpoint;
pub use input::{CsvBody, Headers, Incoming, Input, Json, JsonBytes, Page, Path, Query};
pub use problem::{FieldError, Problem};
pub use problem_code::ProblemCode;
pub use recall::Recalled;
pub use relay::{CALLS_PER_EVENT_MAX, Relayed, relay};
pub use routes::{Finish, Route};
pub use serve::bearer;
pub use shared_read::SharedRead;
pub use written::Written;
