//! A request that its service has refused because nobody does it alone: it is kept until somebody else has decided
//! (`web::duties` has the rule).

use contracts::duties::{AboveLimit, ApprovalStatus};
use http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use kernel::ids::UserId;
use kernel::{Failure, Timestamp};
use platform::{Body, Response};
use serde::Deserialize;
use web::answer::response;
use web::{Context, FieldError, Problem, ProblemCode, duties};

use super::store::Store;
use crate::application::ports::{Approvals, Kept};
use crate::domain::approval::{Approval, KeptRequest};
use crate::domain::passage::BODY_BYTES_MAX;
use crate::domain::user::Role;

/// The setting with how long a request waits, in hours.
const HOURS_SETTING: &str = "APPROVAL_HOURS";
const HOURS_USUAL: i64 = 72;
/// The most bytes of a refusal.
const REFUSAL_BYTES_MAX: usize = 64 * 1024;

#[derive(Deserialize)]
struct Refusal {
    code: String,
    approval: Option<AboveLimit>,
}

/// A request of somebody who may have to ask for an approval, before it is sent.
pub(crate) struct Asked {
    request: KeptRequest,
    requested_by: UserId,
    role: Role,
    request_key: Option<String>,
}

impl Asked {
    /// None for a request that never needs one: it reads, it brings a file, or nobody makes it who is known.
    pub(crate) fn of(
        context: &Context,
        method: &Method,
        path: &str,
        headers: &HeaderMap,
        body: &Body,
    ) -> Option<Self> {
        let caller = &context.caller;
        let Body::Bytes(bytes) = body else { return None };
        if bytes.len() > BODY_BYTES_MAX {
            return None;
        }
        let role = Role::parse(caller.role.as_str()).filter(|role| !role.buys() && method != Method::GET)?;
        let text = |name| headers.get(name).and_then(|value| value.to_str().ok()).map(str::to_owned);
        let key = text(header::HeaderName::from_static("idempotency-key"));
        Some(Self {
            request: KeptRequest {
                method: method.to_string(),
                path: path.to_owned(),
                content_type: text(header::CONTENT_TYPE),
                if_match: text(header::IF_MATCH),
                body: std::str::from_utf8(bytes).ok()?.to_owned(),
            },
            requested_by: UserId::parse(&caller.subject)?,
            role,
            request_key: key.map(|key| format!("{} {method} {path} {key}", caller.subject)),
        })
    }
}

/// The service's answer; 202 with the approval if it said that somebody else has to approve the request.
pub(crate) async fn answered(
    context: &Context,
    asked: Option<Asked>,
    answer: Response,
) -> Result<Response, Problem> {
    let Some(asked) = asked.filter(|_| answer.status() == StatusCode::FORBIDDEN) else { return Ok(answer) };
    let (head, body) = answer.into_parts();
    let bytes = body.read(REFUSAL_BYTES_MAX).await.map_err(Problem::unavailable)?;
    let refusal = serde_json::from_slice::<Refusal>(&bytes).ok();
    let refusal = refusal.filter(|refusal| refusal.code == ProblemCode::ApprovalRequired.as_str());
    match refusal.and_then(|refusal| refusal.approval) {
        Some(needed) => wait(context, asked, needed).await,
        None => Ok(Response::from_parts(head, Body::Bytes(bytes))),
    }
}

async fn wait(context: &Context, asked: Asked, needed: AboveLimit) -> Result<Response, Problem> {
    let now = context.now();
    let hours = match context.world.setting(HOURS_SETTING).filter(|hours| !hours.trim().is_empty()) {
        None => HOURS_USUAL,
        Some(hours) => hours.trim().parse().ok().filter(|hours| *hours > 0).ok_or_else(|| {
            Failure::Defect(format!("the setting {HOURS_SETTING} is no whole number from 1"))
        })?,
    };
    let approval = Approval {
        id: context.new_id::<uuid::Uuid>()?.to_string(),
        needed,
        request: asked.request,
        requested_by: asked.requested_by,
        role: asked.role,
        scope: context.caller.scope.clone(),
        requested_at: now,
        expires_at: now.plus_seconds(hours.saturating_mul(3600)),
        status: ApprovalStatus::Pending,
        decided_by: None,
        decided_at: None,
        reason: None,
        answer: None,
    };
    let store = Store::new(context);
    let (approval, is_known) = match store.keep_request(approval, asked.request_key.as_deref()).await? {
        Kept::New(approval) => (approval, false),
        Kept::Known(approval) => (approval, true),
        Kept::OtherRequest => {
            let detail = "This Idempotency-Key was used with another request.";
            let error = FieldError::new("Idempotency-Key", "was used with another body");
            return Err(Problem::new(ProblemCode::IdempotencyKeyReused, detail).with_errors(vec![error]));
        }
    };
    let place = HeaderValue::from_str(&format!("/api/v1/approvals/{}", approval.id));
    let body = serde_json::to_string(&shown(approval, now)).map_err(Problem::internal)?;
    let mut answer = response(StatusCode::ACCEPTED, "application/json", body);
    answer.headers_mut().insert(header::LOCATION, place.map_err(Problem::internal)?);
    if is_known {
        answer.headers_mut().insert("idempotent-replayed", HeaderValue::from_static("true"));
    }
    Ok(answer)
}

/// An approval as it is shown.
pub(crate) fn shown(approval: Approval, now: Timestamp) -> duties::Approval {
    let json = |text: &str| serde_json::from_str(text).unwrap_or_else(|_| text.into());
    duties::Approval {
        status: approval.status_at(now),
        id: approval.id,
        needed: approval.needed,
        request: duties::KeptRequest {
            body: json(&approval.request.body),
            method: approval.request.method,
            path: format!("/api/v1{}", approval.request.path),
        },
        requested_by: approval.requested_by.to_string(),
        requested_at: approval.requested_at,
        expires_at: approval.expires_at,
        decided_by: approval.decided_by.map(|id| id.to_string()),
        decided_at: approval.decided_at,
        reason: approval.reason.map(|reason| reason.to_string()),
        answer: approval
            .answer
            .map(|answer| duties::KeptAnswer { status: answer.status, body: json(&answer.body) }),
    }
}
