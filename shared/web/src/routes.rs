//! The route table: every route names the grant it needs, so none can be added without one.

use std::future::Future;

use axum::Router;
use axum::body::Body;
use axum::handler::Handler;
use axum::middleware::{Next, from_fn};
use axum::response::{IntoResponse, Response};
use axum::routing::{MethodRouter, delete, get, post, put};
use http::Request;
use http_body_util::BodyExt;
use platform::Platform;

use crate::idempotency::{self, Known};
use crate::{Context, Grant, Problem};

/// A service's routes.
pub struct Routes<P> {
    router: Router,
    platform: std::marker::PhantomData<fn() -> P>,
}

impl<P: Platform> Default for Routes<P> {
    fn default() -> Self {
        Self { router: Router::new(), platform: std::marker::PhantomData }
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
        self.route(path, get(handler), grant)
    }

    /// Creates or moves something; takes an `Idempotency-Key`.
    #[must_use]
    pub fn post<H: Handler<T, ()>, T: 'static>(self, path: &str, grant: Grant, handler: H) -> Self {
        self.route(path, post(handler), grant)
    }

    /// Replaces something.
    #[must_use]
    pub fn put<H: Handler<T, ()>, T: 'static>(self, path: &str, grant: Grant, handler: H) -> Self {
        self.route(path, put(handler), grant)
    }

    /// Removes something.
    #[must_use]
    pub fn delete<H: Handler<T, ()>, T: 'static>(self, path: &str, grant: Grant, handler: H) -> Self {
        self.route(path, delete(handler), grant)
    }

    /// What answers every other path: the gateway passes them on.
    #[must_use]
    pub fn fallback<H: Handler<T, ()>, T: 'static>(mut self, handler: H) -> Self {
        self.router = self.router.fallback(handler);
        self
    }

    fn route(mut self, path: &str, method: MethodRouter, grant: Grant) -> Self {
        let guarded =
            method.layer(from_fn(move |request: Request<Body>, next: Next| guard::<P>(grant, request, next)));
        self.router = self.router.route(path, guarded);
        self
    }

    pub(crate) fn into_router(self) -> Router {
        self.router
    }
}

/// (1) Does the caller have the grant? 401, 403. (2) Is the request a repetition? Then its first answer,
/// 409 while that is being made, 422 when the body differs. (3) The handler.
async fn guard<P: Platform>(grant: Grant, mut request: Request<Body>, next: Next) -> Response {
    let Some(context) = request.extensions().get::<Context<P>>().cloned() else {
        return Problem::internal("a request without a context").into_response();
    };
    if let Err(problem) = context.require(grant) {
        return problem.into_response();
    }
    let key = request.headers().get("idempotency-key").map(|key| key.to_str().unwrap_or("").to_owned());
    let (Some(key), true) = (key, request.method() != http::Method::GET) else {
        return next.run(request).await;
    };
    let attempt = async {
        let (parts, body) = request.into_parts();
        let body = body.collect().await.map_err(Problem::unavailable)?.to_bytes();
        let claim =
            idempotency::claim(&key, &context.caller, parts.method.as_str(), parts.uri.path(), &body)?;
        request = Request::from_parts(parts, Body::from(body));
        let claimed = match idempotency::look_up(&context, &claim).await? {
            Known::Answered(answer) => return Ok(answer),
            Known::New => false,
            Known::Abandoned => true,
        };
        request.extensions_mut().insert(context.clone().with_claim(claim.clone(), claimed));
        let response = next.run(request).await;
        // Two requests with one key ran at once and the other was first: its answer is ours.
        let raced =
            response.extensions().get::<Problem>().is_some_and(|p| p.code() == "IDEMPOTENCY_IN_PROGRESS");
        if raced && let Known::Answered(answer) = idempotency::look_up(&context, &claim).await? {
            return Ok(answer);
        }
        Ok(response)
    };
    settle(attempt).await
}

async fn settle(attempt: impl Future<Output = Result<Response, Problem>>) -> Response {
    attempt.await.unwrap_or_else(IntoResponse::into_response)
}
