//! Inventory: warehouses, what they hold, and every movement of it.
//!
//! The promise of this service: stock never goes below zero and the last unit is taken once. It keeps
//! it with one statement that inserts movements and a CHECK that refuses a negative balance
//! (`migrations/inventory`), not with code.

pub mod adapters;
pub mod application;
pub mod domain;

use contracts::{Envelope, Service};
use web::messages::TakeError;
use web::{Bounded, Context, Problem, Routes};

/// The inventory service.
pub struct Inventory;

edge::worker!(crate::Inventory);

impl Bounded for Inventory {
    const SERVICE: Service = Service::Inventory;

    fn routes() -> Routes<P> {
        adapters::http::routes()
    }

    async fn consume(context: &Context, envelope: &Envelope) -> Result<(), TakeError> {
        adapters::queue::consume(context, envelope).await
    }

    async fn sweep(_: &Context) -> Result<u32, Problem> {
        // Every use case here is one batch: nothing is ever half-way.
        Ok(0)
    }
}
