//! Inventory: warehouses, their stock, and every movement of it.
//!
//! The promise of this service: stock never goes below zero and the last unit is taken once. It is kept by one
//! statement that inserts movements and a CHECK that refuses a negative balance (`migrations/inventory`), not by code.

pub mod adapters;
pub mod application;
pub mod domain;

use contracts::ops::ServiceReconciliation;
use contracts::{Envelope, Service};
use platform::Boxed;
use web::messages::TakeError;
use web::{Audit, Bounded, Context, Problem, Route};

/// The inventory service.
pub struct Inventory;

edge::worker!(crate::Inventory);

impl Bounded for Inventory {
    fn service(&self) -> Service {
        Service::Inventory
    }

    fn routes(&self) -> Vec<Route> {
        adapters::http::routes()
    }

    fn consume<'a>(
        &'a self,
        context: &'a Context,
        envelope: &'a Envelope,
    ) -> Boxed<'a, Result<(), TakeError>> {
        Box::pin(adapters::queue::consume(context, envelope))
    }

    fn reconcile<'a>(
        &'a self,
        context: &'a Context,
        audit: Audit,
    ) -> Boxed<'a, Result<ServiceReconciliation, Problem>> {
        Box::pin(adapters::store::reconcile(context, audit))
    }
}
