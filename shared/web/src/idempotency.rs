//! `Idempotency-Key`: the same key and request replay the first answer.
//!
//! A key belongs to a caller, a method and a path. It is claimed in the batch that changes anything,
//! so a refused request leaves no trace and may be corrected and sent again.

use axum::response::{IntoResponse, Response};
use http::{HeaderValue, StatusCode, header};
use kernel::Timestamp;
use platform::Platform;
use serde::Deserialize;
use sha2::{Digest, Sha256};
use store::{Claim, plumbing, values};

use crate::{Context, FieldError, Problem, tokens::hex};

/// A request that has not answered for this long, in seconds, may be taken up by a repeated one.
const RUNNING_SECONDS_MAX: i64 = 30;
/// How long an answer is kept, in seconds: a week.
const KEPT_SECONDS: i64 = 7 * 86_400;
/// A key's longest form.
const KEY_LENGTH_MAX: usize = 200;

/// What is known of a key.
pub(crate) enum Known {
    /// Nothing: go on.
    New,
    /// Claimed by a request that stopped before it answered: go on, the use case knows its state.
    Abandoned,
    /// Answered before: this is the answer.
    Answered(Response),
}

#[derive(Deserialize)]
struct KeyRow {
    request_hash: String,
    created_at: Timestamp,
    status: Option<u16>,
    answer: Option<String>,
}

/// The claim of a request with this key.
pub(crate) fn claim(
    key: &str,
    caller: &crate::Caller,
    method: &str,
    path: &str,
    body: &[u8],
) -> Result<Claim, Problem> {
    if key.is_empty() || key.len() > KEY_LENGTH_MAX || !key.bytes().all(|b| b.is_ascii_graphic()) {
        let detail = "must be 1 to 200 printable ASCII characters without spaces";
        return Err(Problem::field("Idempotency-Key", detail));
    }
    let mut hash = Sha256::new();
    hash.update(body);
    Ok(Claim {
        scope: format!("{}:{} {method} {path}", caller.role.as_str(), caller.subject),
        key: key.to_owned(),
        request_hash: hex(&hash.finalize()),
    })
}

/// Looks a key up.
pub(crate) async fn look_up<P: Platform>(context: &Context<P>, claim: &Claim) -> Result<Known, Problem> {
    let found = plumbing::FIND_KEY.bind(values![claim.scope.as_str(), claim.key.as_str()]);
    let Some(row) = context.query(found).await?.first::<KeyRow>()? else { return Ok(Known::New) };
    if row.request_hash != claim.request_hash {
        let detail = "This Idempotency-Key was used with another request.";
        return Err(Problem::new(422, "IDEMPOTENCY_KEY_REUSED", detail)
            .with_errors(vec![FieldError::new("Idempotency-Key", "was used with another body")]));
    }
    if let (Some(status), Some(answer)) = (row.status, row.answer) {
        return Ok(Known::Answered(replay(status, answer)));
    }
    if context.now() < row.created_at.plus_seconds(RUNNING_SECONDS_MAX) {
        let detail = "A request with this Idempotency-Key is still running.";
        return Err(Problem::new(409, "IDEMPOTENCY_IN_PROGRESS", detail).retry_after(1));
    }
    Ok(Known::Abandoned)
}

/// The stored answer again. Its kind shows in its first character: we answer JSON objects, and for a
/// receipt a page or plain text.
fn replay(status: u16, answer: String) -> Response {
    let kind = match (status < 400, answer.as_bytes().first()) {
        (false, _) => "application/problem+json",
        (true, Some(b'{' | b'[') | None) => "application/json",
        (true, Some(b'<')) => "text/html; charset=utf-8",
        (true, _) => "text/plain; charset=utf-8",
    };
    let status = StatusCode::from_u16(status).unwrap_or(StatusCode::OK);
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static(kind)),
        (header::HeaderName::from_static("idempotent-replayed"), HeaderValue::from_static("true")),
    ];
    (status, headers, answer).into_response()
}

/// Forgets keys older than a week. Order ids made by clients are known for ever, as orders.
pub(crate) fn forget(now: Timestamp) -> store::Statement {
    plumbing::FORGET_KEYS.bind(values![now.plus_seconds(-KEPT_SECONDS)])
}
