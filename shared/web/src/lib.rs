//! HTTP, once for all services: who asks ([`auth`]), what a request carries ([`Context`]), the route
//! table ([`Routes`]), how input is read ([`Json`], [`Query`], [`Path`]), how errors look ([`Problem`]),
//! and how messages from other services are taken in ([`messages`]).
//!
//! A service is a type that implements [`Bounded`]; [`serve`] runs it, at the edge and natively alike.

pub mod auth;
mod context;
mod extract;
pub mod health;
pub mod idempotency;
mod internal;
pub mod messages;
mod problem;
mod reply;
mod routes;
mod serve;
pub mod tokens;

pub use auth::{Caller, Grant, Role};
pub use context::{Context, PeerFailure};
pub use extract::{Json, Page, Path, Query, RawBody, from_json};
pub use internal::{mark_delivered, sweep_service};
pub use problem::{FieldError, Problem};
pub use reply::{Created, Reply, Tagged, list};
pub use routes::{Route, Routes};
pub use serve::{Bounded, Request, Response, bearer, router, serve};
