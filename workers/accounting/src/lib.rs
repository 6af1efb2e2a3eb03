//! Accounting: the chart of accounts, the journal, fiscal periods, statements, invoices and receivables.
//!
//! The promise of this service: every sale, refund, receipt and adjustment of stock is booked once, and the books
//! balance to the minor unit. Triggers keep this promise, not code: they refuse an unbalanced entry, a second entry of
//! one source and any change after posting (`migrations/accounting`).

pub mod adapters;
pub mod application;
pub mod domain;

use contracts::ops::ServiceReconciliation;
use contracts::{Envelope, Service};
use platform::Boxed;
use web::messages::TakeError;
use web::{Audit, Bounded, Context, Problem, Route};

/// The accounting service.
pub struct Accounting;

edge::worker!(crate::Accounting);

impl Bounded for Accounting {
    fn service(&self) -> Service {
        Service::Accounting
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
        Box::pin(async move { adapters::store::Store::new(context).reconcile(audit).await })
    }
}
