//! A service as it runs: its routes by path, and its counters. Made once per isolate, or once per service of a native
//! house.

use std::sync::Arc;

use contracts::ops::ServiceReconciliation;
use contracts::{Envelope, Service};
use http::HeaderValue;
use kernel::{Failure, Tenant, Timestamp};
use platform::{Boxed, Request, Response, World};
use store::Statement;

use crate::messages::{self, TakeError};
use crate::observe::Figures;
use crate::routes::Router;
use crate::trace::Trace;
use crate::{Audit, Caller, Context, Problem, Recalled, Route, auth, internal};

/// A service: its routes, the messages it reads, and what it resumes. One bounded context.
pub trait Bounded: Send + Sync + 'static {
    /// Which one.
    fn service(&self) -> Service;

    /// Its own routes.
    fn routes(&self) -> Vec<Route>;

    /// Answers every path that has no route: the gateway forwards requests with it.
    fn fallback(&self) -> Option<Route> {
        None
    }

    /// Takes in an event of another service: the effect and the inbox row in one unit of work.
    fn consume<'a>(
        &'a self,
        context: &'a Context,
        envelope: &'a Envelope,
    ) -> Boxed<'a, Result<(), TakeError>>;

    /// Resumes work that stopped half-way, selected by state and age. Returns how much it found. A service whose every
    /// use case is one batch has none.
    fn sweep<'a>(&'a self, context: &'a Context) -> Boxed<'a, Result<u32, Problem>> {
        let _ = context;
        Box::pin(std::future::ready(Ok(0)))
    }

    /// The statement that lists work in progress. For each kind of work with several steps it returns a row `kind`,
    /// `in_flight`, `stuck` (since before `late`) and `oldest`. None where every use case is one batch.
    fn sagas(&self, late: Timestamp) -> Option<Statement> {
        let _ = late;
        None
    }

    /// Checks the stored data against what the service promises, from the audit's position. Does nothing where the
    /// database itself refuses everything that could break a promise. It only reads.
    fn reconcile<'a>(
        &'a self,
        context: &'a Context,
        audit: Audit,
    ) -> Boxed<'a, Result<ServiceReconciliation, Problem>> {
        let _ = (context, audit);
        Box::pin(std::future::ready(Ok(ServiceReconciliation::default())))
    }

    /// Runs before everything else: an answer that the service remembers, for a request that may get it whoever sends
    /// it. Only the gateway has some.
    fn recall(&self, world: &dyn World, request: &Request) -> Option<Recalled> {
        let _ = (world, request);
        None
    }

    /// Runs first, for a request that gets no remembered answer: may rewrite the request or answer it at once. Only the gateway does, because only the gateway
    /// receives requests from browsers.
    fn open(&self, world: &dyn World, request: &mut Request) -> Option<Response> {
        let _ = (world, request);
        None
    }

    /// Runs last, on every answer; `origin` is the `Origin` header of its request.
    fn close(&self, world: &dyn World, origin: Option<&HeaderValue>, answer: &mut Response) {
        let _ = (world, origin, answer);
    }

    /// The caller. Services accept only a service token; the gateway is the only door for users.
    fn authenticate<'a>(
        &'a self,
        world: &'a dyn World,
        request: &'a http::request::Parts,
    ) -> Boxed<'a, Result<Caller, Problem>> {
        let caller = match crate::bearer(&request.headers) {
            None => Ok(Caller::guest(Tenant::main())),
            token => auth::verify_service_token(world, self.service(), token, world.now()),
        };
        Box::pin(std::future::ready(caller.map(|caller| caller.with_order_token(&request.headers))))
    }

    /// Takes in message bodies. Returns for each whether it needs no further delivery.
    fn take<'a>(&'a self, app: &'a App, world: Arc<dyn World>, bodies: &'a [String]) -> Boxed<'a, Vec<bool>> {
        Box::pin(messages::take(app, world, bodies))
    }

    /// The cron run, every minute: resumes work that stopped half-way and hands over messages that a queue lost.
    fn tick<'a>(&'a self, context: &'a Context) -> Boxed<'a, ()> {
        Box::pin(async move { crate::relay(context).await.tell(context) })
    }
}

/// A service as it runs. A clone is the same service.
#[derive(Clone)]
pub struct App {
    inner: Arc<Inner>,
}

struct Inner {
    bounded: Box<dyn Bounded>,
    router: Result<Router, String>,
    figures: Figures,
}

impl App {
    /// A service with its own routes and those that every service has.
    #[must_use]
    pub fn new(bounded: impl Bounded) -> Self {
        Self::boxed(Box::new(bounded))
    }

    /// The same for a service of which only the entry in the table is known.
    #[must_use]
    pub fn boxed(bounded: Box<dyn Bounded>) -> Self {
        let mut all = bounded.routes();
        all.extend(internal::routes(bounded.service()));
        let router = Router::new(all, bounded.fallback()).map_err(|error| error.to_string());
        Self { inner: Arc::new(Inner { bounded, router, figures: Figures::default() }) }
    }

    /// Which service it is.
    #[must_use]
    pub fn service(&self) -> Service {
        self.bounded().service()
    }

    pub(crate) fn bounded(&self) -> &dyn Bounded {
        &*self.inner.bounded
    }

    pub(crate) fn figures(&self) -> &Figures {
        &self.inner.figures
    }

    /// The routes by path. Two routes that contradict each other are a defect, which every request reports.
    pub(crate) fn router(&self) -> Result<&Router, Problem> {
        self.inner.router.as_ref().map_err(Problem::internal)
    }

    /// A context for a service's own work: a message, a sweep.
    pub fn system(
        &self,
        world: Arc<dyn World>,
        tenant: Tenant,
        request_id: &str,
        traceparent: Option<&str>,
    ) -> Result<Context, Failure> {
        let trace = Trace::following(&*world, traceparent)?;
        Context::new(self, world, Caller::system(self.service(), tenant), request_id, trace)
    }

    /// Takes in message bodies. Returns for each whether it needs no further delivery.
    pub async fn take(&self, world: Arc<dyn World>, bodies: &[String]) -> Vec<bool> {
        self.bounded().take(self, world, bodies).await
    }

    /// The cron run, every minute, for each tenant. Returns what a second round of the same event needs.
    pub async fn tick(&self, world: Arc<dyn World>) -> Option<Context> {
        let context = platform::new_id(&*world)
            .map_err(Failure::from)
            .and_then(|id| self.system(world.clone(), Tenant::main(), &id.to_string(), None));
        match context {
            Ok(context) => {
                self.bounded().tick(&context).await;
                Some(context)
            }
            Err(failure) => {
                let cause = [("cause", failure.to_string().into())];
                crate::observe::log(&*world, self.service(), "error", None, &cause);
                None
            }
        }
    }

    /// The second round of a cron run, half a minute later: confirms and hands over what was written in the meantime,
    /// with the calls to other Workers that are left.
    pub async fn relay_again(&self, context: &Context) {
        crate::relay::relay_again(context).await.tell(context);
    }
}
