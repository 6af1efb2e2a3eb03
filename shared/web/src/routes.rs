//! The route table: every route names the grant it needs, so none can be added without one.

use std::future::Future;

use axum::Router;
use axum::body::Body;
use axum::handler::Handler;
use axum::middleware::{Next, from_fn};
use axum::response::{IntoResponse, Response};
use axum::routing::{MethodRouter, delete, get, post, put};
use http::{Method, Request};
use http_body_util::BodyExt;
use platform::Platform;

use crate::idempotency::{self, Known};
use crate::{Context, Grant, Problem};

/// A service's routes.
pub struct Routes<P> {
    router: Router,
    table: Vec<Route>,
    platform: std::marker::PhantomData<fn() -> P>,
}

/// A line of the route table.
#[derive(Debug, Clone)]
pub struct Route {
    /// The method.
    pub method: Method,
    /// The path, with its parameters in braces.
    pub path: String,
    /// What its caller must have.
    pub grant: Grant,
    /// Whether it takes an `Idempotency-Key`.
    pub keyed: bool,
}

impl<P: Platform> Default for Routes<P> {
    fn default() -> Self {
        Self { router: Router::new(), table: Vec::new(), platform: std::marker::PhantomData }
    }
}

impl<P: Platform> Routes<P> {
    /// No routes yet.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Reads.
    #[must_use]
    pub fn get<H: Handler<T, ()>, T: 'static>(self, path: &str, grant: Grant, handler: H) -> Self {
        self.route(Method::GET, path, get(handler), grant, false)
    }

    /// Creates or moves something; takes an `Idempotency-Key`.
    #[must_use]
    pub fn post<H: Handler<T, ()>, T: 'static>(self, path: &str, grant: Grant, handler: H) -> Self {
        self.route(Method::POST, path, post(handler), grant, true)
    }

    /// A POST that reads, or whose answer must not be kept: it takes no notice of an `Idempotency-Key`.
    #[must_use]
    pub fn post_unkeyed<H: Handler<T, ()>, T: 'static>(self, path: &str, grant: Grant, handler: H) -> Self {
        self.route(Method::POST, path, post(handler), grant, false)
    }

    /// Replaces something.
    #[must_use]
    pub fn put<H: Handler<T, ()>, T: 'static>(self, path: &str, grant: Grant, handler: H) -> Self {
        self.route(Method::PUT, path, put(handler), grant, true)
    }

    /// Removes something.
    #[must_use]
    pub fn delete<H: Handler<T, ()>, T: 'static>(self, path: &str, grant: Grant, handler: H) -> Self {
        self.route(Method::DELETE, path, delete(handler), grant, true)
    }

    /// What answers every other path: the gateway passes them on.
    #[must_use]
    pub fn fallback<H: Handler<T, ()>, T: 'static>(mut self, handler: H) -> Self {
        self.router = self.router.fallback(handler);
        self
    }

    fn route(mut self, method: Method, path: &str, handler: MethodRouter, grant: Grant, keyed: bool) -> Self {
        let guarded = handler.layer(from_fn(move |request: Request<Body>, next: Next| {
            guard::<P>(grant, keyed, request, next)
        }));
        self.router = self.router.route(path, guarded);
        self.table.push(Route { method, path: path.to_owned(), grant, keyed });
        self
    }

    /// The route table.
    #[must_use]
    pub fn table(&self) -> &[Route] {
        &self.table
    }

    pub(crate) fn into_router(self) -> Router {
        self.router
    }
}

/// (1) Does the caller have the grant? 401, 403. (2) Is the request a repetition? Then its first answer,
/// 409 while that is being made, 422 when the body differs. (3) The handler. (4) Did another request with the
/// key come first, meanwhile? Then its answer. Else an answer that no unit of work gave is kept.
async fn guard<P: Platform>(grant: Grant, keyed: bool, mut request: Request<Body>, next: Next) -> Response {
    let Some(context) = request.extensions().get::<Context<P>>().cloned() else {
        return Problem::internal("a request without a context").into_response();
    };
    if let Err(problem) = context.require(grant) {
        return problem.into_response();
    }
    if !keyed {
        return next.run(request).await;
    }
    let attempt = async {
        let Some(key) = idempotency::key(request.headers())? else { return Ok(next.run(request).await) };
        let (parts, body) = request.into_parts();
        let body = body.collect().await.map_err(Problem::unavailable)?.to_bytes();
        let hashes = idempotency::hashes(&context.platform, &body)?;
        let hash = hashes.first().cloned().unwrap_or_default();
        let claim = idempotency::claim(key, &context.caller, parts.method.as_str(), parts.uri.path(), hash);
        request = Request::from_parts(parts, Body::from(body));
        let claimed = match idempotency::look_up(&context, &claim, &hashes).await? {
            Known::Answered(answer) => return Ok(answer),
            Known::New => false,
            Known::Abandoned => true,
        };
        let keyed = context.with_claim(claim.clone(), claimed);
        request.extensions_mut().insert(keyed.clone());
        let response = next.run(request).await;
        // What did not take the key may have met another request that has it: that one's answer is ours.
        if !keyed.holds_key()
            && let Known::Answered(answer) = idempotency::look_up(&keyed, &claim, &hashes).await?
        {
            return Ok(answer);
        }
        idempotency::remember(&keyed, response).await
    };
    settle(attempt).await
}

async fn settle(attempt: impl Future<Output = Result<Response, Problem>>) -> Response {
    attempt.await.unwrap_or_else(IntoResponse::into_response)
}
