//! `Idempotency-Key`: the same key and request replay the first answer, byte for byte.
//!
//! A key belongs to a caller, a method and a path: a user is one caller, whatever token or API key they
//! show. It is claimed in the batch that changes anything, so a refused request leaves no trace and may
//! be corrected and sent again; a refusal that is what became of the request (a payment declined, goods
//! gone) is its answer. The same request is the same bytes: other white space is another body. Answers
//! are kept for a week; ids that clients give are known for ever, as what they name.
//!
//! Visitors cannot be told apart: all are one caller, so a visitor's key should be a random UUID. Whoever
//! chooses one that is taken is told that it was used with another request, and nothing of that request: an
//! answer is shown only for the bytes that were its own, the customer's name and address among them.

use axum::body::Body;
use axum::response::{IntoResponse, Response};
use http::{HeaderMap, HeaderValue, StatusCode, header};
use http_body_util::BodyExt;
use kernel::Timestamp;
use platform::Platform;
use serde::Deserialize;
use sha2::{Digest, Sha256};
use store::{Claim, plumbing, values};

use crate::{Context, FieldError, Problem, auth, tokens};

/// A request that has not answered for this long, in seconds, may be taken up by a repeated one.
const RUNNING_SECONDS_MAX: i64 = 30;
/// How long an answer is kept, in seconds: a week.
const KEPT_SECONDS: i64 = 7 * 86_400;
/// The header.
const NAME: &str = "idempotency-key";
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
    etag: Option<String>,
}

/// The request's key, if it has one: 422 for one that is malformed, and for several.
pub fn key(headers: &HeaderMap) -> Result<Option<String>, Problem> {
    let mut given = headers.get_all(NAME).iter();
    let Some(key) = given.next() else { return Ok(None) };
    if given.next().is_some() {
        return Err(Problem::field("Idempotency-Key", "must be there once"));
    }
    let key = key.to_str().unwrap_or_default();
    if key.is_empty() || key.len() > KEY_LENGTH_MAX || !key.bytes().all(|b| b.is_ascii_graphic()) {
        let detail = "must be 1 to 200 printable ASCII characters without spaces";
        return Err(Problem::field("Idempotency-Key", detail));
    }
    Ok(Some(key.to_owned()))
}

/// The claim of a request with this key.
pub(crate) fn claim(
    key: String,
    caller: &crate::Caller,
    method: &str,
    path: &str,
    request_hash: String,
) -> Claim {
    Claim { scope: format!("{} {method} {path}", caller.subject), key, request_hash }
}

/// The hashes that a body may be known by: under the newest key of the house first. A body may hold a password,
/// which the hash of its bytes alone would give away to whoever guesses.
pub(crate) fn hashes(platform: &impl Platform, body: &[u8]) -> Result<Vec<String>, Problem> {
    let keys = tokens::keys(platform, auth::SERVICE_TOKEN_KEY)?;
    Ok(keys.iter().map(|key| hash(key, body)).collect())
}

fn hash(key: &str, body: &[u8]) -> String {
    tokens::hex(&Sha256::new().chain_update(key).chain_update(Sha256::digest(body)).finalize())
}

/// Looks a key up; `hashes` are those of the request's body.
pub(crate) async fn look_up<P: Platform>(
    context: &Context<P>,
    claim: &Claim,
    hashes: &[String],
) -> Result<Known, Problem> {
    let found = plumbing::FIND_KEY.bind(values![claim.scope.as_str(), claim.key.as_str()]);
    let Some(row) = context.query(found).await?.first::<KeyRow>()? else { return Ok(Known::New) };
    if !hashes.contains(&row.request_hash) {
        let detail = "This Idempotency-Key was used with another request.";
        return Err(Problem::new(422, "IDEMPOTENCY_KEY_REUSED", detail)
            .with_errors(vec![FieldError::new("Idempotency-Key", "was used with another body")]));
    }
    if let (Some(status), Some(answer)) = (row.status, row.answer) {
        let mut response = replay(status, answer);
        if let Some(tag) = row.etag.and_then(|tag| HeaderValue::try_from(tag).ok()) {
            response.headers_mut().insert(header::ETAG, tag);
        }
        return Ok(Known::Answered(response));
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

/// Keeps a success that no unit of work gave as the answer: of a change that is not a POST, or of a request that
/// goes on where an earlier one stopped.
pub(crate) async fn remember<P: Platform>(
    context: &Context<P>,
    response: Response,
) -> Result<Response, Problem> {
    let Some(claim) = context.unanswered().filter(|_| response.status().is_success()) else {
        return Ok(response);
    };
    let (parts, body) = response.into_parts();
    let body = body.collect().await.map_err(Problem::unavailable)?.to_bytes();
    let text = String::from_utf8_lossy(&body).into_owned();
    let (scope, key) = (claim.scope.as_str(), claim.key.as_str());
    let mut kept =
        vec![plumbing::ANSWER_KEY.bind(values![scope, key, i64::from(parts.status.as_u16()), text])];
    if let Some(tag) = parts.headers.get(header::ETAG).and_then(|tag| tag.to_str().ok()) {
        kept.push(plumbing::TAG_ANSWER.bind(values![scope, key, tag]));
    }
    if let Err(error) = context.query_all(kept).await {
        // It happened all the same. A repetition takes the key up again.
        context.platform.log(&format!("{{\"level\":\"warn\",\"cause\":{:?}}}", error.to_string()));
    }
    Ok(Response::from_parts(parts, Body::from(body)))
}

/// Forgets keys older than a week. Order ids made by clients are known for ever, as orders.
pub(crate) fn forget(now: Timestamp) -> store::Statement {
    plumbing::FORGET_KEYS.bind(values![now.plus_seconds(-KEPT_SECONDS)])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_password_in_a_body_cannot_be_guessed_from_its_hash() {
        let (body, key) = (b"{\"password\":\"open sesame\"}", "a-key-of-the-house-of-32-bytes-or-more");
        assert_ne!(hash(key, body), tokens::hex(&Sha256::digest(body)));
        assert_ne!(hash(key, body), hash("another-key-of-the-house-of-32-bytes", body));
        assert_eq!(hash(key, body), hash(key, body));
    }
}
