//! Order: customers, orders of the three channels, payments, receipts and refunds.
//!
//! The promise of this service: nobody is charged without goods, and no sale is lost or doubled. It is kept by one pure
//! state machine for every checkout (`domain/checkout.rs`), whose step is stored before each effect, and by the rules
//! of the schema (`migrations/order`).

pub mod adapters;
pub mod application;
pub mod domain;

use contracts::ops::ServiceReconciliation;
use contracts::{Envelope, Service};
use kernel::Timestamp;
use platform::Boxed;
use store::Statement;
use web::messages::TakeError;
use web::{Audit, Bounded, Context, Problem, Route};

/// The order service.
pub struct Order;

edge::worker!(crate::Order);

impl Bounded for Order {
    fn service(&self) -> Service {
        Service::Order
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

    fn sweep<'a>(&'a self, context: &'a Context) -> Boxed<'a, Result<u32, Problem>> {
        Box::pin(adapters::sweep::resume(context))
    }

    fn sagas(&self, late: Timestamp) -> Option<Statement> {
        Some(adapters::store::count_sagas(late))
    }

    fn reconcile<'a>(
        &'a self,
        context: &'a Context,
        audit: Audit,
    ) -> Boxed<'a, Result<ServiceReconciliation, Problem>> {
        Box::pin(async move { adapters::store::Store::new(context).reconcile(audit).await })
    }
}
