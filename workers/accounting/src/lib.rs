//! Accounting: the chart of accounts, the journal, fiscal periods, statements, invoices and receivables.
//!
//! The promise of this service: every sale, refund, receipt and adjustment of stock is booked once, and
//! the books balance to the minor unit. It keeps it with triggers that refuse an unbalanced entry, a
//! second entry of one source and any change after posting (`migrations/accounting`), not with code.

pub mod adapters;
pub mod application;
pub mod domain;

use contracts::{Envelope, Service};
use web::messages::TakeError;
use web::{Bounded, Context, Problem, Routes};

/// The accounting service.
pub struct Accounting;

edge::worker!(crate::Accounting);

impl Bounded for Accounting {
    const SERVICE: Service = Service::Accounting;

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
