//! Every path that is not the gateway's own: passed on to the service it is for, with a service token
//! for the caller, and its answer passed back as it is.

use axum::body::Body;
use axum::response::Response;
use http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, Uri};
use platform::{PeerResponse, Platform};
use web::{Context, Problem, ProblemCode, RawBody};

use crate::domain::passage::{ANSWER_HEADERS, REQUEST_HEADERS, passage};

/// 404 for paths of nobody, 422 for a malformed `Idempotency-Key`, 503 when the service does not answer; else what the service answers.
pub(super) async fn handle(
    context: Context,
    method: Method,
    uri: Uri,
    headers: HeaderMap,
    RawBody(body): RawBody,
) -> Result<Response, Problem> {
    let nothing = || Problem::new(ProblemCode::NotFound, "There is nothing at this path.");
    let (service, path) = passage(uri.path()).ok_or_else(nothing)?;
    if method != Method::GET {
        // A malformed key must not be lost on the way: the request would happen without one.
        web::idempotency::key(&headers)?;
    }
    let query = uri.query().map(|query| format!("?{query}")).unwrap_or_default();
    let answer =
        context.forward(service, method.as_str(), &format!("{path}{query}"), passed(&headers), body).await?;
    answered(answer)
}

fn passed(headers: &HeaderMap) -> Vec<(String, String)> {
    let value = |name: &str| Some((name.to_owned(), headers.get(name)?.to_str().ok()?.to_owned()));
    REQUEST_HEADERS.into_iter().filter_map(value).collect()
}

fn answered(answer: PeerResponse) -> Result<Response, Problem> {
    let mut response = Response::new(Body::from(answer.body));
    *response.status_mut() = StatusCode::from_u16(answer.status).map_err(Problem::unavailable)?;
    for (name, value) in answer.headers {
        if !ANSWER_HEADERS.contains(&name.as_str()) {
            continue;
        }
        let header = (HeaderName::try_from(name), HeaderValue::try_from(value));
        if let (Ok(name), Ok(value)) = header {
            response.headers_mut().append(name, value);
        }
    }
    Ok(response)
}
