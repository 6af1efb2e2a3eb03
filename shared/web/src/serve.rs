//! One request from its headers to its answer, the same at the edge and natively.

use std::sync::Arc;

use contracts::Service;
use http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use kernel::Tenant;
use platform::{Body, Request, Response, World};

use crate::input::Incoming;
use crate::routes::Found;
use crate::spans::{self, Kind};
use crate::trace::Trace;
use crate::{App, Caller, Context, Grant, Problem, ProblemCode, Route, guard, observe};

/// The token of an `Authorization: Bearer` header.
#[must_use]
pub fn bearer(headers: &HeaderMap) -> Option<&str> {
    headers.get(header::AUTHORIZATION)?.to_str().ok()?.strip_prefix("Bearer ")
}

impl App {
    /// An answer from memory, or: (1) The caller: 401. (2) The route: 404, 405, or its handler behind the guard. (3) A
    /// problem gets its body, and its cause goes to the log. Every answer gets the
    /// request id and the timings, and one log line.
    pub async fn serve(&self, world: Arc<dyn World>, mut request: Request) -> Response {
        let origin = request.headers().get(header::ORIGIN).cloned();
        let recalled = self.recall(&*world, &request);
        let mut answer = match recalled.or_else(|| self.bounded().open(&*world, &mut request)) {
            Some(answer) => answer,
            None => self.respond(world.clone(), request).await,
        };
        self.bounded().close(&*world, origin.as_ref(), &mut answer);
        answer
    }

    async fn respond(&self, world: Arc<dyn World>, request: Request) -> Response {
        let (parts, mut body) = request.into_parts();
        if [Method::GET, Method::HEAD].contains(&parts.method) {
            // It has no meaning (RFC 9110, 9.3.1), and no peer would get it.
            body = Body::default();
        }
        let request_id = match request_id(&*world, &parts.headers) {
            Ok(id) => id,
            Err(problem) => return refuse(&*world, self, "none", &problem),
        };
        let authenticated = self.bounded().authenticate(&*world, &parts).await;
        let caller = authenticated.as_ref().map_or_else(|_| Caller::guest(Tenant::main()), Clone::clone);
        let text = |name: &str| parts.headers.get(name).and_then(|value| value.to_str().ok());
        let if_match = text("if-match").map(version).transpose().map(Option::flatten);
        let context = Trace::following(&*world, text("traceparent"))
            .map_err(kernel::Failure::from)
            .and_then(|trace| Context::new(self, world.clone(), caller, &request_id, trace));
        let context = match context {
            Ok(context) => context,
            Err(failure) => return refuse(&*world, self, &request_id, &failure.into()),
        };
        let method = parts.method.clone();
        let answer = match (authenticated, if_match) {
            (Err(problem), _) | (_, Err(problem)) => Err(problem),
            (Ok(_), Ok(if_match)) => {
                self.dispatch(&context.clone().with_if_match(if_match), parts, body).await
            }
        };
        finish(&context, &method, answer)
    }

    async fn dispatch(
        &self,
        context: &Context,
        parts: http::request::Parts,
        body: Body,
    ) -> Result<Response, Problem> {
        let (route, parameters): (&Route, _) = match self.router()?.find(&parts.method, parts.uri.path()) {
            Found::Route(route, parameters) => (route, parameters),
            Found::Methods(allowed) => {
                let detail = format!("This path exists, but not with this method. It has {allowed}.");
                return Err(Problem::new(ProblemCode::MethodNotAllowed, detail).allow(&allowed));
            }
            Found::Nothing => {
                return Err(Problem::new(ProblemCode::NotFound, "This path does not exist."));
            }
        };
        let _ = context.shared.route.set(route.path);
        let http::request::Parts { method, uri, headers, .. } = parts;
        guard::run(context, route, Incoming { method, uri, headers, body, parameters }).await
    }
}

/// Who operates the house sees what a request cost; everybody does with the setting `SERVER_TIMING = "public"`, for
/// measurements. Services say it to each other.
pub(crate) fn shows_timings(world: &dyn World, service: Service, caller: &Caller) -> bool {
    service != Service::Gateway
        || caller.may(Grant::new("ops:read"))
        || world.setting("SERVER_TIMING").is_some_and(|setting| setting == "public")
}

/// Answers a request for which not even a context can be made.
fn refuse(world: &dyn World, app: &App, request_id: &str, problem: &Problem) -> Response {
    let cause = problem.cause().unwrap_or_default();
    observe::log(world, app.service(), "error", Some(request_id), &[("cause", cause.into())]);
    problem.to_response(request_id)
}

fn finish(context: &Context, method: &Method, answer: Result<Response, Problem>) -> Response {
    let problem = answer.as_ref().err().cloned();
    let mut answer = answer.unwrap_or_else(|problem| problem.to_response(&context.request_id));
    if method == Method::HEAD {
        *answer.body_mut() = Body::default();
    }
    let milliseconds = context.since_ms();
    let tally = &context.shared.tally;
    let headers = answer.headers_mut();
    if let Ok(id) = HeaderValue::from_str(&context.request_id) {
        headers.insert("x-request-id", id);
    }
    if shows_timings(&*context.world, context.service(), &context.caller)
        && let Ok(timing) = HeaderValue::from_str(&tally.server_timing(context.service(), milliseconds))
    {
        headers.insert("server-timing", timing);
    }
    tell(context, method, answer.status(), problem.as_ref(), milliseconds);
    answer
}

/// Counts the metrics, and writes the log line: the gateway for every request, a service for one that failed.
fn tell(
    context: &Context,
    method: &Method,
    status: StatusCode,
    problem: Option<&Problem>,
    milliseconds: i64,
) {
    let route = context.shared.route.get().copied().unwrap_or("none");
    let (queries, batches, calls) = context.shared.tally.counts();
    let named = format!("{method} {route}");
    context.app.figures().request(&named, status.as_u16(), milliseconds, &context.shared.tally);
    let mut fields = vec![
        ("traceId", context.trace.id.as_str().into()),
        ("caller", context.caller.role.as_str().into()),
        ("route", named.as_str().into()),
        ("status", status.as_u16().into()),
        ("ms", milliseconds.into()),
        ("queries", queries.into()),
        ("batches", batches.into()),
        ("calls", calls.into()),
    ];
    if let Some(problem) = problem {
        fields.push(("code", problem.code().as_str().into()));
        fields.extend(problem.cause().map(|cause| ("cause", cause.into())));
    }
    spans::export(context, Kind::Server, &named, !status.is_server_error(), &fields);
    if status.is_server_error() {
        context.log("error", &fields);
    } else if context.service() == Service::Gateway {
        // What its peers did is in their part of the timings: a line of theirs would say it again.
        fields.push(("peers", context.shared.tally.peers().into()));
        context.log("info", &fields);
    }
}

/// The version that `If-Match` names, none for `*`. Any other value is refused: a change that was meant to be
/// conditional must not happen unconditionally.
fn version(tag: &str) -> Result<Option<i64>, Problem> {
    let tag = tag.trim();
    if tag == "*" {
        return Ok(None);
    }
    let digits = tag.strip_prefix("W/").unwrap_or(tag).trim_matches('"');
    // The tag of what a guest read goes on with a hash of its bytes.
    let digits = digits
        .split_once('-')
        .filter(|(version, _)| !version.is_empty())
        .map_or(digits, |(version, _)| version);
    let version = digits.parse().ok().filter(|version| *version >= 0);
    version.map(Some).ok_or_else(|| Problem::field("If-Match", "must be the ETag of an earlier answer"))
}

/// The client's request id when it is valid, otherwise a new one.
pub(crate) fn request_id(world: &dyn World, headers: &HeaderMap) -> Result<String, Problem> {
    let given = headers.get("x-request-id").and_then(|id| id.to_str().ok());
    let sane = |id: &&str| {
        (1..=100).contains(&id.len()) && id.bytes().all(|b| b.is_ascii_alphanumeric() || b"-_.".contains(&b))
    };
    match given.filter(sane) {
        Some(id) => Ok(id.to_owned()),
        None => Ok(platform::new_id(world).map_err(kernel::Failure::from)?.to_string()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_precondition_that_cannot_be_read_is_refused_and_not_ignored() {
        for (tag, wanted) in [
            ("\"7\"", Some(Some(7))),
            ("W/\"7\"", Some(Some(7))),
            ("\"7-0011223344556677\"", Some(Some(7))),
            ("*", Some(None)),
        ] {
            assert_eq!(version(tag).ok(), wanted, "{tag}");
        }
        for tag in ["", "\"x\"", "\"1\", \"2\"", "\"-1\"", "yesterday"] {
            assert_eq!(version(tag).unwrap_err().code(), ProblemCode::ValidationFailed, "{tag}");
        }
    }
}
