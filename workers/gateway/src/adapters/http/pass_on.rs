//! Forwards every path that is not the gateway's own to the service that answers it, with a service token for the
//! caller, and passes its answer back unchanged. A body is read here, as far as its path allows: no service gets more.
//! What guests read in the catalogue is answered from memory where possible.

use std::sync::Arc;

use http::{HeaderMap, HeaderValue, Method};
use platform::{Body, Response};
use web::auth::ORDER_TOKEN;
use web::input::cookie;
use web::{Answer, Context, Grant, Incoming, Problem, ProblemCode, Role, Route};

use crate::adapters::catalogue::{GuestRead, Shelf, Shelves};
use crate::adapters::rights::Revoked;
use crate::adapters::{approvals, bot_check, identity, peers};
use crate::domain::passage::{body_limit, is_page, passage};

/// Answers every path that no other route has, whatever the method. The service checks the grant and the idempotency
/// key.
pub(crate) fn fallback(shelves: Shelves, revoked: Arc<Revoked>) -> Route {
    let summary = "Forward a request to the service that answers it.";
    Route::get("/api/{path}", Grant::PUBLIC, summary, move |context: Context, request: Incoming| {
        handle(shelves.clone(), revoked.clone(), context, request)
    })
    // What the gateway itself keeps of a request: that it waits for somebody else.
    .audited()
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

/// A browser keeps the secret of a guest's order as a cookie with the order's name. No other cookie is passed on.
fn take_order_cookie(headers: &mut HeaderMap, path: &str) {
    if headers.contains_key(ORDER_TOKEN) {
        return;
    }
    let token = path.split('/').find_map(|part| cookie(headers, &format!("order-{part}")));
    if let Some(Ok(token)) = token.map(HeaderValue::from_str) {
        headers.insert(ORDER_TOKEN, token);
    }
}

/// A page of the shop: from memory where every visitor sees the same.
async fn page(pages: &Shelf, context: &Context, request: Incoming) -> Result<Response, Problem> {
    let Incoming { method, uri, headers, body, .. } = request;
    let body = read(context, uri.path(), body).await?;
    let query = uri.query().map(|query| format!("?{query}")).unwrap_or_default();
    let path = format!("{}{query}", uri.path());
    match GuestRead::of_page(&method, &uri, &headers) {
        Some(read) => pages.read(context, read, &path, headers).await,
        None => peers::pass_to_shop(context, method, &path, &headers, body).await,
    }
}

/// Reads a body that is to be passed on, unless it is too large or its sender may not send it: 413, 401, 403.
async fn read(context: &Context, path: &str, body: Body) -> Result<Body, Problem> {
    let (bytes_max, grant) = body_limit(path, context.caller.role == Role::Guest);
    if body.length() == Some(0) {
        return Ok(body);
    }
    if let Some(grant) = grant {
        context.require(Grant::new(grant))?;
    }
    web::input::collect(body, bytes_max).await.map(Body::Bytes)
}

/// 404 for paths of no service, 422 for a malformed `Idempotency-Key`, 503 when the service does not answer; otherwise
/// the service's answer, or 202 when somebody else has to
/// approve the request.
async fn handle(
    shelves: Shelves,
    revoked: Arc<Revoked>,
    context: Context,
    request: Incoming,
) -> Result<Passed, Problem> {
    if is_page(request.uri.path()) {
        return page(&shelves.pages, &context, request).await.map(Passed);
    }
    let Incoming { method, uri, mut headers, body, .. } = request;
    take_order_cookie(&mut headers, uri.path());
    let nothing = || Problem::new(ProblemCode::NotFound, "This path does not exist.");
    let (service, path) = passage(uri.path()).ok_or_else(nothing)?;
    if method != Method::GET {
        // A malformed key must not be dropped here: the request would be executed without one.
        web::idempotency::key(&headers)?;
    }
    bot_check::check(&context, &method, uri.path(), &headers).await?;
    let began = context.now();
    let body = read(&context, uri.path(), body).await?;
    if context.now() > began.plus_seconds(1) {
        // Who sends slowly may have lost their rights meanwhile.
        identity::still_holds(&revoked, &context).await?;
    }
    let query = uri.query().map(|query| format!("?{query}")).unwrap_or_default();
    let path = format!("{path}{query}");
    if let Some(read) = GuestRead::of(&method, &uri, &headers) {
        return shelves.catalogue.read(&context, read, &path, headers).await.map(Passed);
    }
    let asked = approvals::Asked::of(&context, &method, &path, &headers, &body);
    let answer = peers::pass_on(&context, service, method, &path, &headers, body).await?;
    approvals::answered(&context, asked, answer).await.map(Passed)
}
