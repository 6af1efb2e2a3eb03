//! Every path that is not the gateway's own: passed on to the service it is for, with a service token
//! for the caller, and its answer passed back as it is. Neither body is read on the way.

use http::{HeaderMap, HeaderName, Method};
use platform::Response;
use web::{Answer, Context, Grant, Incoming, Problem, ProblemCode, Route};

use crate::domain::passage::{ANSWER_HEADERS, REQUEST_HEADERS, passage};

/// What answers every path that no other route has, whatever the method. The grant and the key are the service's to
/// check.
pub(crate) fn fallback() -> Route {
    Route::get("/api/{path}", Grant::PUBLIC, "Pass a request on to the service it is for.", handle)
}

/// The answer of a service.
struct Passed(Response);

impl Answer for Passed {
    fn into_response(self) -> Result<Response, Problem> {
        Ok(self.0)
    }

    /// The service's own route says it.
    #[cfg(not(target_arch = "wasm32"))]
    fn describe(_: &mut web::describe::Operation) {}
}

/// 404 for paths of nobody, 422 for a malformed `Idempotency-Key`, 503 when the service does not answer; else what
/// the service answers.
async fn handle(context: Context, request: Incoming) -> Result<Passed, Problem> {
    let Incoming { method, uri, headers, body, .. } = request;
    let nothing = || Problem::new(ProblemCode::NotFound, "There is nothing at this path.");
    let (service, path) = passage(uri.path()).ok_or_else(nothing)?;
    if method != Method::GET {
        // A malformed key must not be lost on the way: the request would happen without one.
        web::idempotency::key(&headers)?;
    }
    let query = uri.query().map(|query| format!("?{query}")).unwrap_or_default();
    let path = format!("{path}{query}");
    let passed = only(&headers, &REQUEST_HEADERS);
    let mut answer = context.forward(service, method, &path, passed, body).await?;
    *answer.headers_mut() = only(answer.headers(), &ANSWER_HEADERS);
    Ok(Passed(answer))
}

/// The headers of these names.
fn only(headers: &HeaderMap, names: &[&'static str]) -> HeaderMap {
    let mut passed = HeaderMap::new();
    for name in names {
        for value in headers.get_all(*name) {
            passed.append(HeaderName::from_static(name), value.clone());
        }
    }
    passed
}
