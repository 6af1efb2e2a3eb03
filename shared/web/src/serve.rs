//! One request from bytes to bytes, the same at the edge and natively.

use std::future::Future;

use axum::Router;
use axum::body::Body;
use contracts::{Envelope, Service};
use http::{HeaderMap, HeaderValue, header};
use http_body_util::BodyExt;
use kernel::Timestamp;
use platform::Platform;
use store::Statement;
use tower::ServiceExt;

use crate::messages::{self, TakeError};
use crate::{Caller, Context, Problem, Routes, auth, extract, internal};

/// A whole request.
pub type Request = http::Request<Vec<u8>>;
/// A whole answer.
pub type Response = http::Response<Vec<u8>>;

/// A service: its routes, the messages it reads, and what it resumes. One bounded context.
pub trait Bounded: Send + Sync + 'static {
    /// Which one.
    const SERVICE: Service;

    /// Its own routes.
    fn routes<P: Platform>() -> Routes<P>;

    /// Takes in an event of another service: the effect and the inbox row in one unit of work.
    fn consume<P: Platform>(
        context: &Context<P>,
        envelope: &Envelope,
    ) -> impl Future<Output = Result<(), TakeError>> + Send;

    /// Resumes what stopped half-way, by state and age; how much it found.
    fn sweep<P: Platform>(context: &Context<P>) -> impl Future<Output = Result<u32, Problem>> + Send;

    /// The statement that tells what is under way: for each kind of work that takes several steps a row `kind`,
    /// `in_flight`, `stuck` (since before `late`) and `oldest`. None where every use case is one batch.
    #[must_use]
    fn sagas(late: Timestamp) -> Option<Statement> {
        let _ = late;
        None
    }

    /// Before anything else: may rewrite the request or answer it at once. Only the gateway does: it
    /// alone meets browsers.
    fn open<P: Platform>(platform: &P, request: &mut Request) -> Option<Response> {
        let _ = (platform, request);
        None
    }

    /// The last touch on every answer; `origin` is the `Origin` header of its request.
    fn close<P: Platform>(platform: &P, origin: Option<&HeaderValue>, answer: &mut Response) {
        let _ = (platform, origin, answer);
    }

    /// Who asks. Services believe a service token only; the gateway is the one door for users.
    fn authenticate<P: Platform>(
        platform: &P,
        request: &Request,
    ) -> impl Future<Output = Result<Caller, Problem>> + Send {
        let caller = match bearer(request.headers()) {
            None => Ok(Caller::guest()),
            token => auth::verify_service_token(platform, Self::SERVICE, token, platform.now()),
        };
        std::future::ready(caller)
    }

    /// Takes in message bodies; for each whether it needs no further delivery.
    fn take<P: Platform>(platform: &P, bodies: &[String]) -> impl Future<Output = Vec<bool>> + Send
    where
        Self: Sized,
    {
        messages::take::<Self, P>(platform, bodies)
    }

    /// The cron's minute. Only the gateway has one; it asks the others to sweep.
    fn tick<P: Platform>(context: &Context<P>) -> impl Future<Output = ()> + Send {
        let _ = context;
        std::future::ready(())
    }
}

/// The token of an `Authorization: Bearer` header.
#[must_use]
pub fn bearer(headers: &HeaderMap) -> Option<&str> {
    headers.get(header::AUTHORIZATION)?.to_str().ok()?.strip_prefix("Bearer ")
}

/// Builds a service's router: once per process or isolate.
pub fn router<S: Bounded, P: Platform>() -> Router {
    internal::add::<S, P>(S::routes()).into_router().method_not_allowed_fallback(|| async {
        Problem::new(405, "METHOD_NOT_ALLOWED", "This path exists, but not with this method.")
    })
}

/// (1) Who asks? 401. (2) Too large? 413. (3) The route: 404, 405, or its handler. (4) A problem gets its
/// body, its cause goes to the log; every answer gets the request id and the timings.
pub async fn serve<S: Bounded, P: Platform>(router: Router, platform: P, mut request: Request) -> Response {
    let origin = request.headers().get(header::ORIGIN).cloned();
    let mut answer = match S::open(&platform, &mut request) {
        Some(answer) => answer,
        None => respond::<S, P>(router, platform.clone(), request).await,
    };
    S::close(&platform, origin.as_ref(), &mut answer);
    answer
}

async fn respond<S: Bounded, P: Platform>(router: Router, platform: P, request: Request) -> Response {
    let since = platform.now();
    let request_id = request_id(&platform, request.headers());
    let (authenticated, body_bytes) = (S::authenticate(&platform, &request).await, request.body().len());
    let caller = authenticated.as_ref().map_or_else(|_| Caller::guest(), Clone::clone);
    let text = |name: &str| request.headers().get(name).and_then(|value| value.to_str().ok());
    let if_match =
        text("if-match").and_then(|tag| tag.trim_start_matches("W/").trim_matches('"').parse().ok());
    let context =
        Context::new(platform, S::SERVICE, caller, &request_id).with_headers(text("traceparent"), if_match);
    let answer = match authenticated {
        Err(problem) => axum::response::IntoResponse::into_response(problem),
        Ok(_) if body_bytes > extract::BODY_BYTES_MAX => axum::response::IntoResponse::into_response(
            Problem::new(413, "BODY_TOO_LARGE", "The body is too large."),
        ),
        Ok(_) => {
            let mut request = request.map(Body::from);
            request.extensions_mut().insert(context.clone());
            // A router never fails: its error type has no value.
            router.oneshot(request).await.unwrap_or_default()
        }
    };
    finish(&context, answer, since).await
}

async fn finish<P: Platform>(
    context: &Context<P>,
    mut answer: axum::response::Response,
    since: Timestamp,
) -> Response {
    if let Some(problem) = answer.extensions_mut().remove::<Problem>() {
        if let Some(cause) = problem.cause() {
            log_cause(context, &problem, cause);
        }
        if let Some(seconds) = problem.retry_after_seconds() {
            answer.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        }
        answer
            .headers_mut()
            .insert(header::CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
        *answer.body_mut() = Body::from(problem.render(&context.request_id));
    } else if answer.status() == http::StatusCode::NOT_FOUND
        && !answer.headers().contains_key(header::CONTENT_TYPE)
    {
        // The router's own 404.
        let problem = Problem::new(404, "NOT_FOUND", "There is nothing at this path.");
        answer
            .headers_mut()
            .insert(header::CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
        *answer.body_mut() = Body::from(problem.render(&context.request_id));
    }
    let unauthenticated = answer.status() == http::StatusCode::UNAUTHORIZED;
    let headers = answer.headers_mut();
    if unauthenticated {
        // RFC 9110, 15.5.2: every 401 says how to do better.
        headers.insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
    }
    if let Ok(id) = HeaderValue::from_str(&context.request_id) {
        headers.insert("x-request-id", id);
    }
    if let Ok(timing) = HeaderValue::from_str(&context.server_timing(since)) {
        headers.insert("server-timing", timing);
    }
    let (parts, body) = answer.into_parts();
    let body = body.collect().await.map(|all| all.to_bytes().to_vec()).unwrap_or_default();
    Response::from_parts(parts, body)
}

fn log_cause<P: Platform>(context: &Context<P>, problem: &Problem, cause: &str) {
    let line = serde_json::json!({
        "level": if problem.status() >= 500 { "error" } else { "info" },
        "service": context.service().name(),
        "requestId": &*context.request_id,
        "status": problem.status(),
        "code": problem.code(),
        "cause": cause,
    });
    context.platform.log(&line.to_string());
}

/// The client's request id when it is sane, else a new one.
fn request_id(platform: &impl Platform, headers: &HeaderMap) -> String {
    let given = headers.get("x-request-id").and_then(|id| id.to_str().ok());
    let sane = |id: &&str| {
        (1..=100).contains(&id.len()) && id.bytes().all(|b| b.is_ascii_alphanumeric() || b"-_.".contains(&b))
    };
    given.filter(sane).map_or_else(|| platform.new_id().to_string(), ToOwned::to_owned)
}
