//! Forwards every path that is not the gateway's own to the service that answers it, with a service token for the
//! caller, and passes its answer back unchanged. Neither body is read on the way, except for what guests read in the
//! catalogue: that is answered from memory where possible.

use std::sync::Arc;

use http::Method;
use platform::Response;
use web::{Answer, Context, Grant, Incoming, Problem, ProblemCode, Route};

use crate::adapters::catalogue::{GuestRead, Shelf};
use crate::adapters::peers;
use crate::domain::passage::passage;

/// Answers every path that no other route has, whatever the method. The service checks the grant and the idempotency
/// key.
pub(crate) fn fallback(shelf: Arc<Shelf>) -> Route {
    let summary = "Forward a request to the service that answers it.";
    Route::get("/api/{path}", Grant::PUBLIC, summary, move |context: Context, request: Incoming| {
        handle(shelf.clone(), context, request)
    })
}

/// The answer of a service.
struct Passed(Response);

impl Answer for Passed {
    fn into_response(self) -> Result<Response, Problem> {
        Ok(self.0)
    }

    /// The service's own route describes it.
    #[cfg(not(target_arch = "wasm32"))]
    fn describe(_: &mut web::describe::Operation) {}
}

/// 404 for paths of no service, 422 for a malformed `Idempotency-Key`, 503 when the service does not answer; otherwise
/// the service's answer.
async fn handle(shelf: Arc<Shelf>, context: Context, request: Incoming) -> Result<Passed, Problem> {
    let Incoming { method, uri, headers, body, .. } = request;
    let nothing = || Problem::new(ProblemCode::NotFound, "This path does not exist.");
    let (service, path) = passage(uri.path()).ok_or_else(nothing)?;
    if method != Method::GET {
        // A malformed key must not be dropped here: the request would be executed without one.
        web::idempotency::key(&headers)?;
    }
    let query = uri.query().map(|query| format!("?{query}")).unwrap_or_default();
    let path = format!("{path}{query}");
    if let Some(read) = GuestRead::of(&method, &uri, &headers) {
        return shelf.read(&context, read, &path, headers).await.map(Passed);
    }
    peers::pass_on(&context, service, method, &path, &headers, body).await.map(Passed)
}
