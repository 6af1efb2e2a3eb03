//! Forwards every path that is not the gateway's own to the service that answers it, with a service token for the
//! caller, and passes its answer back unchanged. Neither body is read on the way.

use http::{HeaderMap, HeaderName, Method, header};
use platform::Response;
use web::{Answer, Context, Grant, Incoming, PeerFailure, Problem, ProblemCode, Route};

use crate::domain::passage::{ANSWER_HEADERS, REQUEST_HEADERS, passage};

/// Answers every path that no other route has, whatever the method. The service checks the grant and the idempotency
/// key.
pub(crate) fn fallback() -> Route {
    Route::get("/api/{path}", Grant::PUBLIC, "Forward a request to the service that answers it.", handle)
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
async fn handle(context: Context, request: Incoming) -> Result<Passed, Problem> {
    let Incoming { method, uri, headers, body, .. } = request;
    let nothing = || Problem::new(ProblemCode::NotFound, "This path does not exist.");
    let (service, path) = passage(uri.path()).ok_or_else(nothing)?;
    if method != Method::GET {
        // A malformed key must not be dropped here: the request would be executed without one.
        web::idempotency::key(&headers)?;
    }
    let query = uri.query().map(|query| format!("?{query}")).unwrap_or_default();
    let path = format!("{path}{query}");
    let passed = only(&headers, &REQUEST_HEADERS);
    let mut answer = context.forward(service, method, &path, passed, body).await?;
    if answer.status().is_server_error() && !is_problem(answer.headers()) {
        // A service answers every failure with a problem: its Worker did not run.
        return Err(PeerFailure::Unknown(format!("{service} answered {}", answer.status())).into());
    }
    *answer.headers_mut() = only(answer.headers(), &ANSWER_HEADERS);
    Ok(Passed(answer))
}

fn is_problem(headers: &HeaderMap) -> bool {
    headers.get(header::CONTENT_TYPE).is_some_and(|media| media == "application/problem+json")
}

/// The headers with these names.
fn only(headers: &HeaderMap, names: &[&'static str]) -> HeaderMap {
    let mut passed = HeaderMap::new();
    for name in names {
        for value in headers.get_all(*name) {
            passed.append(HeaderName::from_static(name), value.clone());
        }
    }
    passed
}
