//! The gateway: the only public door. It knows users, sessions and API keys, and forwards requests to the service that
//! answers them, with a short-lived service token. Each minute it fetches the messages that no service could process,
//! and at night it reconciles the services' data.
//!
//! Architecture invariant: it has no business data. It asks the services for what it shows of orders, stock and books.
//! Of the catalogue and of the shop's pages it remembers answers to guests, none for longer than it knows that they are right
//! (`domain/memory.rs`).

pub mod adapters;
pub mod application;
pub mod domain;

use std::sync::Arc;

use contracts::{Envelope, Service};
use http::HeaderValue;
use http::request::Parts;
use kernel::Timestamp;
use platform::{Boxed, Request, Response, World};
use store::Statement;
use web::messages::TakeError;
use web::{App, Bounded, Caller, Context, Problem, Recalled, Route};

use adapters::catalogue::Shelves;
use adapters::limits::Limits;
use adapters::rights::Revoked;
use adapters::{door, http as routes, identity, queue};

/// The gateway, with what it keeps in memory: one for each isolate, or for each native house.
#[derive(Default)]
pub struct Gateway {
    shelves: Shelves,
    revoked: Arc<Revoked>,
    limits: Limits,
}

edge::worker!(crate::Gateway::default());

impl Bounded for Gateway {
    fn service(&self) -> Service {
        Service::Gateway
    }

    fn routes(&self) -> Vec<Route> {
        routes::routes()
    }

    fn fallback(&self) -> Option<Route> {
        Some(routes::fallback(self.shelves.clone(), self.revoked.clone()))
    }

    fn consume<'a>(&'a self, _: &'a Context, _: &'a Envelope) -> Boxed<'a, Result<(), TakeError>> {
        // Its one queue holds dead letters, which `take` stores as they are.
        let malformed = TakeError::Malformed("the gateway reads no events".to_owned());
        Box::pin(std::future::ready(Err(malformed)))
    }

    fn sweep<'a>(&'a self, context: &'a Context) -> Boxed<'a, Result<u32, Problem>> {
        Box::pin(queue::sweep(context))
    }

    fn sagas(&self, late: Timestamp) -> Option<Statement> {
        Some(adapters::store::count_under_way(late))
    }

    fn recall(&self, world: &dyn World, request: &Request) -> Option<Recalled> {
        self.shelves.recall(world, request)
    }

    fn open(&self, world: &dyn World, request: &mut Request) -> Option<Response> {
        door::open(world, request)
    }

    fn close(&self, world: &dyn World, origin: Option<&HeaderValue>, answer: &mut Response) {
        door::close(world, origin, answer);
    }

    fn authenticate<'a>(
        &'a self,
        world: &'a dyn World,
        request: &'a Parts,
    ) -> Boxed<'a, Result<Caller, Problem>> {
        Box::pin(async move {
            let caller = identity::authenticate(&self.revoked, world, request).await;
            identity::limit(&self.limits, world, request, &caller).await?;
            caller
        })
    }

    fn take<'a>(&'a self, app: &'a App, world: Arc<dyn World>, bodies: &'a [String]) -> Boxed<'a, Vec<bool>> {
        Box::pin(queue::take(app, world, bodies))
    }

    fn tick<'a>(&'a self, context: &'a Context) -> Boxed<'a, ()> {
        Box::pin(queue::tick(context))
    }
}
