//! The catalogue: products with their variants, prices, categories, search, import and export.
//!
//! The promise of this service: a SKU is one thing for ever, and its price has a history. It keeps it with
//! triggers (`migrations/product`), not with code. Every change of a product is one batch with its events;
//! every lookup and every page of a list is one query.

pub mod adapters;
pub mod application;
pub mod domain;

use contracts::{Envelope, Service};
use web::messages::TakeError;
use web::{Bounded, Context, Problem, Routes};

/// The product service.
pub struct Product;

edge::worker!(crate::Product);

impl Bounded for Product {
    const SERVICE: Service = Service::Product;

    fn routes() -> Routes<P> {
        adapters::http::routes()
    }

    async fn consume(context: &Context, _: &Envelope) -> Result<(), TakeError> {
        // This service reads no queue: a message that comes by mistake is settled, so that it does not come back.
        context.commit(context.unit()).await?;
        Ok(())
    }

    async fn sweep(_: &Context) -> Result<u32, Problem> {
        // Every use case here is whole batches: a file whose import stopped is imported again.
        Ok(0)
    }
}
