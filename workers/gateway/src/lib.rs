//! The gateway: the only public door. It knows users, sessions and API keys, passes requests on to the
//! service they are for with a short-lived service token, and keeps the clock of the house: each minute
//! it lets the services sweep, relays what their queues have lost, and stores the messages that nobody
//! could process.
//!
//! Architecture invariant: it has no business data. What it shows of orders, stock and books it asks for.

pub mod adapters;
pub mod application;
pub mod domain;

use contracts::{Envelope, Service};
use http::HeaderValue;
use web::messages::TakeError;
use web::{Bounded, Caller, Context, Problem, Request, Response, Routes};

/// The gateway.
pub struct Gateway;

edge::worker!(crate::Gateway);

impl Bounded for Gateway {
    const SERVICE: Service = Service::Gateway;

    fn routes() -> Routes<P> {
        adapters::http::routes()
    }

    async fn consume(_: &Context, _: &Envelope) -> Result<(), TakeError> {
        // Its one queue holds dead letters, which `take` stores as they are.
        Err(TakeError::Malformed("the gateway reads no events".to_owned()))
    }

    async fn sweep(context: &Context) -> Result<u32, Problem> {
        adapters::queue::sweep(context).await
    }

    fn open(platform: &P, request: &mut Request) -> Option<Response> {
        adapters::door::open(platform, request)
    }

    fn close(platform: &P, origin: Option<&HeaderValue>, answer: &mut Response) {
        adapters::door::close(platform, origin, answer);
    }

    async fn authenticate(platform: &P, request: &Request) -> Result<Caller, Problem> {
        adapters::identity::authenticate(platform, request).await
    }

    async fn take(platform: &P, bodies: &[String]) -> Vec<bool> {
        adapters::queue::take(platform, bodies).await
    }

    async fn tick(context: &Context) {
        adapters::queue::tick(context).await;
    }
}
