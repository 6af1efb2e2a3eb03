//! The catalogue: products with their variants, prices, categories, search, import and export.
//!
//! The promise of this service: a SKU permanently means the same thing, and its price has a history. Triggers keep this
//! promise (`migrations/product`), not code. Every change of a product is one batch with its events; every lookup and
//! every page of a list is one query.

pub mod adapters;
pub mod application;
pub mod domain;

use contracts::ops::ServiceReconciliation;
use contracts::{Envelope, Service};
use platform::Boxed;
use web::messages::TakeError;
use web::{Audit, Bounded, Context, Problem, Route};

/// The product service.
pub struct Product;

edge::worker!(crate::Product);

impl Bounded for Product {
    fn service(&self) -> Service {
        Service::Product
    }

    fn routes(&self) -> Vec<Route> {
        adapters::http::routes()
    }

    fn consume<'a>(&'a self, context: &'a Context, _: &'a Envelope) -> Boxed<'a, Result<(), TakeError>> {
        // This service reads no queue: a message that arrives by mistake is marked as received, so that it is not
        // delivered again.
        Box::pin(async move { Ok(context.commit(context.unit()).await.map(drop)?) })
    }

    fn sweep<'a>(&'a self, context: &'a Context) -> Boxed<'a, Result<u32, Problem>> {
        Box::pin(async move { Ok(adapters::store::Store::new(context).index_products().await?) })
    }

    fn reconcile<'a>(
        &'a self,
        context: &'a Context,
        audit: Audit,
    ) -> Boxed<'a, Result<ServiceReconciliation, Problem>> {
        Box::pin(adapters::reconcile::reconcile(context, audit))
    }
}
