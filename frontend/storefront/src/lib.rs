//! The retail shop: its pages, made on the server, for people. Everything works without scripts. What it knows it asks the
//! other services, on behalf of the visitor; it has no data of its own.

pub mod adapters;
pub mod application;
pub mod domain;

use std::sync::Arc;

use contracts::{Envelope, Service};
use platform::Boxed;
use web::messages::TakeError;
use web::{Bounded, Context, Route};

use adapters::http::{self as pages, Shop};

/// The shop, with what it remembers: one for each isolate.
#[derive(Default)]
pub struct Storefront {
    shop: Arc<Shop>,
}

edge::worker!(crate::Storefront::default());

impl Bounded for Storefront {
    fn service(&self) -> Service {
        Service::Storefront
    }

    fn routes(&self) -> Vec<Route> {
        Vec::new()
    }

    /// Every path is a page: which one, `domain/site.rs` says.
    fn fallback(&self) -> Option<Route> {
        Some(pages::fallback(self.shop.clone()))
    }

    fn consume<'a>(&'a self, _: &'a Context, _: &'a Envelope) -> Boxed<'a, Result<(), TakeError>> {
        let malformed = TakeError::Malformed("the shop reads no events".to_owned());
        Box::pin(std::future::ready(Err(malformed)))
    }
}
