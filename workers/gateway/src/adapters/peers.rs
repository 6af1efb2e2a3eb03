//! The other services, called over service bindings: in the gateway's own name, or for the caller. The gateway's own
//! part needs no call.

use contracts::Service;
use contracts::ops::{
    BooksSummary, DeadLettersPage, FetchDeadLetters, LookupSales, MessageReplayed, ReplayMessage, SaleFound,
    SalesFound, SalesPage, SalesSummary, ServiceHealth, ServiceReconciliation, StockSummary, WaitingMessage,
};
use http::{HeaderMap, HeaderName, HeaderValue, Method, header};
use kernel::{Cursor, Failure, Limit, Timestamp};
use platform::{Body, Response};
use serde::Serialize;
use serde::de::DeserializeOwned;
use web::auth::CLIENT;
use web::query::escaped;
use web::{Caller, Context, PeerFailure, Problem, Role};

use super::identity::{client_address, web_role};
use crate::application::ports::{Auditable, Mail, Observable, Services, Summaries};
use crate::domain::approval::{Approval, KeptAnswer};
use crate::domain::limits::client;
use crate::domain::passage::{
    ANSWER_HEADERS, ASKED_HOST, PAGE_ANSWER_HEADERS, PAGE_REQUEST_HEADERS, REQUEST_HEADERS, is_shops_cookie,
    passage,
};
use crate::domain::user::User;

/// The most bytes of an answer that is kept.
const ANSWER_BYTES_MAX: usize = 4 * 1024 * 1024;

/// Passes a request of the caller on to a service, and its answer back, each with the headers that may pass. Neither
/// body is read on the way. 503 when the service does not answer.
pub(crate) async fn pass_on(
    context: &Context,
    service: Service,
    method: Method,
    path: &str,
    headers: &HeaderMap,
    body: Body,
) -> Result<Response, Problem> {
    let mut passed = only(headers, &REQUEST_HEADERS);
    if context.caller.role == Role::Guest {
        let client = client(client_address(headers));
        passed.insert(CLIENT, HeaderValue::try_from(client).map_err(Problem::internal)?);
    }
    let mut answer = context.forward(service, method, path, passed, body).await?;
    if answer.status().is_server_error() && !is_problem(answer.headers()) {
        // A service answers every failure with a problem: its Worker did not run.
        return Err(PeerFailure::Unknown(format!("{service} answered {}", answer.status())).into());
    }
    *answer.headers_mut() = only(answer.headers(), &ANSWER_HEADERS);
    Ok(answer)
}

fn is_problem(headers: &HeaderMap) -> bool {
    headers.get(header::CONTENT_TYPE).is_some_and(|media| media == "application/problem+json")
}

/// Passes a visitor's request on to the shop, and its page back. A page of the shop says itself that the shop does not
/// answer.
pub(crate) async fn pass_to_shop(
    context: &Context,
    method: Method,
    path: &str,
    headers: &HeaderMap,
    body: Body,
) -> Result<Response, Problem> {
    let mut passed = only(headers, &PAGE_REQUEST_HEADERS);
    keep_shops_cookies(&mut passed);
    if let Some(host) = headers.get(header::HOST) {
        passed.insert(HeaderName::from_static(ASKED_HOST), host.clone());
    }
    let mut answer = context.forward(Service::Storefront, method, path, passed, body).await?;
    let is_page = answer.headers().contains_key(header::CONTENT_SECURITY_POLICY);
    if answer.status().is_server_error() && !is_page && !is_problem(answer.headers()) {
        return Err(PeerFailure::Unknown(format!("the shop answered {}", answer.status())).into());
    }
    *answer.headers_mut() = only(answer.headers(), &PAGE_ANSWER_HEADERS);
    Ok(answer)
}

/// Takes every cookie away that is not the shop's.
fn keep_shops_cookies(headers: &mut HeaderMap) {
    let lines = headers.get_all(header::COOKIE).into_iter().filter_map(|line| line.to_str().ok());
    let pairs = lines.flat_map(|line| line.split(';')).map(str::trim);
    let kept = pairs.filter(|pair| is_shops_cookie(pair.split('=').next().unwrap_or_default()));
    let kept: Vec<&str> = kept.collect();
    let kept = HeaderValue::from_str(&kept.join("; ")).ok().filter(|kept| !kept.is_empty());
    headers.remove(header::COOKIE);
    if let Some(kept) = kept {
        headers.insert(header::COOKIE, kept);
    }
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

/// The services, this one included.
pub(crate) struct Peers<'a> {
    context: &'a Context,
}

impl<'a> Peers<'a> {
    pub(crate) fn new(context: &'a Context) -> Self {
        Self { context }
    }

    async fn read<T: DeserializeOwned>(&self, peer: Service, path: &str) -> Result<T, Failure> {
        Ok(self.context.ask_as_system(peer, Method::GET, path, &()).await?)
    }

    async fn post<T: DeserializeOwned>(
        &self,
        peer: Service,
        path: &str,
        body: &impl Serialize,
    ) -> Result<T, Failure> {
        Ok(self.context.ask_as_system(peer, Method::POST, path, body).await?)
    }

    fn is_own(&self, service: Service) -> bool {
        service == self.context.service()
    }

    /// A page of a service's audit trail, as it is.
    pub(crate) async fn trail(
        &self,
        peer: Service,
        subject: Option<&str>,
        limit: Limit,
        cursor: Option<&Cursor>,
    ) -> Result<Response, Problem> {
        let subject = subject.map(|subject| format!("&subject={}", escaped(subject))).unwrap_or_default();
        let cursor = cursor.map(|cursor| format!("&cursor={cursor}")).unwrap_or_default();
        let path = format!("/internal/audit-trail?limit={}{subject}{cursor}", limit.rows());
        let page: serde_json::Value = self.read(peer, &path).await?;
        Ok(web::answer::response(http::StatusCode::OK, "application/json", page.to_string()))
    }

    /// A public page of a service, as it is: its metrics.
    pub(crate) async fn page(&self, peer: Service, path: &str) -> Result<Response, Failure> {
        let (headers, body) = (HeaderMap::new(), Body::default());
        Ok(self.context.forward(peer, Method::GET, path, headers, body).await?)
    }
}

impl Mail for Peers<'_> {
    async fn fetch_letters(
        &self,
        owner: Service,
        stored: Vec<String>,
        after: String,
    ) -> Result<Vec<WaitingMessage>, Failure> {
        let request = FetchDeadLetters { stored, after };
        let page: DeadLettersPage = self.post(owner, "/internal/outbox/dead-letters", &request).await?;
        Ok(page.waiting)
    }

    async fn replay(&self, reader: Service, body: &str) -> Result<MessageReplayed, Failure> {
        self.post(reader, "/internal/events/replay", &ReplayMessage { body: body.to_owned() }).await
    }
}

impl Summaries for Peers<'_> {
    async fn sales(&self) -> Result<SalesSummary, Failure> {
        self.read(Service::Order, "/internal/summary").await
    }

    async fn stock(&self) -> Result<StockSummary, Failure> {
        self.read(Service::Inventory, "/internal/summary").await
    }

    async fn books(&self) -> Result<BooksSummary, Failure> {
        self.read(Service::Accounting, "/internal/summary").await
    }
}

impl Observable for Peers<'_> {
    async fn health(&self, service: Service) -> Result<ServiceHealth, Failure> {
        if self.is_own(service) {
            return web::health::service_health(self.context).await;
        }
        self.read(service, "/health").await
    }
}

impl Services for Peers<'_> {
    async fn perform(&self, approval: &Approval, requester: &User) -> Result<KeptAnswer, Failure> {
        let request = &approval.request;
        let nowhere = || Failure::Defect(format!("the path {} of no service", request.path));
        let bare = request.path.split('?').next().unwrap_or_default();
        let service = passage(&format!("/api{bare}")).map(|(service, _)| service).ok_or_else(nowhere)?;
        let caller = Caller::new(
            approval.requested_by.to_string(),
            web_role(approval.role),
            self.context.tenant().clone(),
            requester.customer_id,
        );
        let approved_by = approval.decided_by.map(|id| id.to_string());
        let context = self.context.acting_as(Caller { scope: approval.scope.clone(), approved_by, ..caller });
        let mut headers = HeaderMap::new();
        // The same key each time: the service does it once.
        let key = Some(format!("approval-{}", approval.id));
        for (name, value) in [
            ("content-type", &request.content_type),
            ("if-match", &request.if_match),
            ("idempotency-key", &key),
        ] {
            if let Some(value) = value {
                let defect = |error: http::header::InvalidHeaderValue| Failure::Defect(error.to_string());
                headers.insert(HeaderName::from_static(name), HeaderValue::from_str(value).map_err(defect)?);
            }
        }
        let method = request.method.parse().map_err(|_| nowhere())?;
        let body = Body::from(request.body.clone());
        let answer = context.forward(service, method, &request.path, headers, body).await?;
        let status = answer.status();
        // A refusal that names a time to try again is none; nor is that of our own token, which came too late.
        let is_open = status.is_server_error()
            || status == http::StatusCode::UNAUTHORIZED
            || answer.headers().contains_key(header::RETRY_AFTER);
        if is_open {
            return Err(Failure::Unknown(format!("{service} answered {status}")));
        }
        let unread = |error: platform::BodyError| Failure::Unknown(error.to_string());
        let body = answer.into_body().read(ANSWER_BYTES_MAX).await.map_err(unread)?;
        Ok(KeptAnswer { status: status.as_u16(), body: String::from_utf8_lossy(&body).into_owned() })
    }
}

impl Auditable for Peers<'_> {
    async fn own_checks(
        &self,
        service: Service,
        after: Option<&Cursor>,
    ) -> Result<ServiceReconciliation, Failure> {
        self.read(service, &paged("/internal/reconciliation", after, None)).await
    }

    async fn sales_page(
        &self,
        after: Option<&Cursor>,
        before: Option<Timestamp>,
    ) -> Result<SalesPage, Failure> {
        self.read(Service::Order, &paged("/internal/reconciliation/sales", after, before)).await
    }

    async fn look_up(&self, service: Service, ids: &[String]) -> Result<Vec<SaleFound>, Failure> {
        let request = LookupSales { ids: ids.to_vec() };
        let answer: SalesFound = self.post(service, "/internal/reconciliation/lookup", &request).await?;
        Ok(answer.found)
    }
}

/// A path with its query. A cursor is base64url and a time has digits and `-:.TZ`: neither needs escaping.
fn paged(path: &str, after: Option<&Cursor>, before: Option<Timestamp>) -> String {
    let after = after.map(|cursor| format!("cursor={cursor}"));
    let before = before.map(|time| format!("before={time}"));
    let query: Vec<String> = after.into_iter().chain(before).collect();
    if query.is_empty() { path.to_owned() } else { format!("{path}?{}", query.join("&")) }
}
