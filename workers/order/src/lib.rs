//! Order: customers, orders of the three channels, payments, receipts and refunds.
//!
//! The promise of this service: nobody is charged without goods, no sale is lost or doubled. It keeps it
//! with one pure state machine for every checkout (`domain/checkout.rs`), whose step is stored before
//! each effect, and with the rules of the schema (`migrations/order`).

pub mod adapters;
pub mod application;
pub mod domain;

use contracts::{Envelope, Service};
use kernel::Timestamp;
use store::Statement;
use web::messages::TakeError;
use web::{Bounded, Context, Problem, Routes};

/// The order service.
pub struct Order;

edge::worker!(crate::Order);

impl Bounded for Order {
    const SERVICE: Service = Service::Order;

    fn routes() -> Routes<P> {
        adapters::http::routes()
    }

    async fn consume(context: &Context, envelope: &Envelope) -> Result<(), TakeError> {
        adapters::queue::consume(context, envelope).await
    }

    async fn sweep(context: &Context) -> Result<u32, Problem> {
        // Neither is made to wait for the other.
        let checkouts = adapters::queue::resume(context).await;
        let refunds = adapters::refund_effects::sweep(context).await;
        Ok(checkouts?.saturating_add(refunds?))
    }

    fn sagas(late: Timestamp) -> Option<Statement> {
        Some(adapters::store::count_sagas(late))
    }
}
