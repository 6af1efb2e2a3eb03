//! Mail: what is written to customers and users, in their language, and what became of it.
//!
//! The promise of this service: who must be told something gets one mail, or somebody in the office sees that it failed.
//! A request for a mail is taken in once (its inbox row and the mail are one batch); the mail is sent after that batch,
//! and by the sweep for as long as it takes (`domain/delivery.rs`). No sale waits for it.

pub mod adapters;
pub mod application;
pub mod domain;

use contracts::{Envelope, Service};
use kernel::Timestamp;
use platform::Boxed;
use store::Statement;
use web::messages::TakeError;
use web::{Bounded, Context, Problem, Route};

/// The mail service.
pub struct Mail;

edge::worker!(crate::Mail);

impl Bounded for Mail {
    fn service(&self) -> Service {
        Service::Mail
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
        Box::pin(adapters::sweep::sweep(context))
    }

    fn sagas(&self, late: Timestamp) -> Option<Statement> {
        Some(adapters::store::count_mails(late))
    }
}
