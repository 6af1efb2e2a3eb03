//! `Idempotency-Key`: the same key and request replay the first answer, byte for byte.
//!
//! A key belongs to a caller, a method and a path. A user is one caller, whichever token or API key they use. The key
//! is claimed in the batch that changes something. So a refused request leaves no trace and may be corrected and sent
//! again. A refusal that is the final result of the request (payment declined, out of stock) is its answer. The same
//! request means the same bytes: other white space makes another body. Answers are kept for a week; ids that clients
//! choose are known permanently, because they name the stored order or sale.
//!
//! Visitors cannot be told apart: all are one caller, so a visitor's key should be a random UUID. A visitor who chooses
//! a key that is taken learns that it was used with another request, and nothing about that request: an answer is shown
//! only to a request with the same bytes, which include the customer's name and address.

use contracts::Service;
use http::{HeaderMap, HeaderValue, StatusCode, header};
use kernel::{Failure, Timestamp};
use platform::{Body, Response, World};
use serde::Deserialize;
use sha2::{Digest, Sha256};
use store::{Claim, plumbing, values};

use crate::answer::kept_copy;
use crate::input::BODY_BYTES_MAX;
use crate::input::collect;
use crate::{Context, FieldError, Problem, ProblemCode, auth, tokens};

/// A retry may take over a request that has not answered for this long, in seconds.
const RUNNING_SECONDS_MAX: i64 = 30;
/// How long an answer is kept, in seconds: a week. Order ids made by clients are known permanently, as orders.
pub(crate) const KEPT_SECONDS: i64 = 7 * 86_400;
/// The header.
const NAME: &str = "idempotency-key";
/// The longest key.
const KEY_LENGTH_MAX: usize = 200;

/// What is known about a key.
pub(crate) enum Known {
    /// Nothing: continue.
    New,
    /// Claimed by a request that stopped before it answered: continue, because the use case knows its state.
    Abandoned,
    /// Answered before: this is the answer.
    Answered(Response),
}

#[derive(Deserialize)]
struct KeyRow {
    request_hash: String,
    created_at: Timestamp,
    status: Option<u16>,
    content_type: Option<String>,
    etag: Option<String>,
    answer: Option<String>,
}

/// The request's key, if it has one. 422 for a malformed key, and for several keys.
pub fn key(headers: &HeaderMap) -> Result<Option<String>, Problem> {
    let mut given = headers.get_all(NAME).iter();
    let Some(key) = given.next() else { return Ok(None) };
    if given.next().is_some() {
        return Err(Problem::field("Idempotency-Key", "must be given only once"));
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

/// The hashes that a body may be known by, the one under the newest key first. A body may hold a password. A hash of
/// its bytes alone would let an attacker test guesses.
pub(crate) fn hashes(world: &dyn World, service: Service, body: &[u8]) -> Result<Vec<String>, Problem> {
    let keys = tokens::keys(world, &service.token_key())?;
    let old = world.setting(auth::OLD_SERVICE_TOKEN_KEY);
    Ok(keys.texts().chain(old.as_deref()).map(|key| hash(key, body)).collect())
}

fn hash(key: &str, body: &[u8]) -> String {
    tokens::hex(&Sha256::new().chain_update(key).chain_update(Sha256::digest(body)).finalize())
}

/// Looks a key up; `hashes` are those of the request's body.
pub(crate) async fn look_up(context: &Context, claim: &Claim, hashes: &[String]) -> Result<Known, Problem> {
    let found = plumbing::FIND_KEY.bind(values![claim.scope.as_str(), claim.key.as_str()]);
    let Some(row) = context.query(found).await?.first::<KeyRow>()? else { return Ok(Known::New) };
    if !hashes.contains(&row.request_hash) {
        let detail = "This Idempotency-Key was used with another request.";
        return Err(Problem::new(ProblemCode::IdempotencyKeyReused, detail)
            .with_errors(vec![FieldError::new("Idempotency-Key", "was used with another body")]));
    }
    if let (Some(status), Some(answer)) = (row.status, row.answer) {
        return Ok(Known::Answered(kept(status, row.content_type, row.etag, answer)?));
    }
    if context.now() < row.created_at.plus_seconds(RUNNING_SECONDS_MAX) {
        let detail = "A request with this Idempotency-Key is still running.";
        return Err(Problem::new(ProblemCode::IdempotencyInProgress, detail).retry_after(1));
    }
    Ok(Known::Abandoned)
}

/// Returns the stored answer with its media type. Rows of an older release have none: JSON.
fn kept(
    status: u16,
    content_type: Option<String>,
    etag: Option<String>,
    answer: String,
) -> Result<Response, Problem> {
    let mut response = Response::new(Body::from(answer));
    *response.status_mut() = StatusCode::from_u16(status).map_err(Problem::internal)?;
    let usual = if status < 400 { "application/json" } else { "application/problem+json" };
    let content_type = content_type.unwrap_or_else(|| usual.to_owned());
    if !content_type.is_empty() {
        let value = HeaderValue::try_from(content_type).map_err(Problem::internal)?;
        response.headers_mut().insert(header::CONTENT_TYPE, value);
    }
    if let Some(tag) = etag {
        let value = HeaderValue::try_from(tag).map_err(Problem::internal)?;
        response.headers_mut().insert(header::ETAG, value);
    }
    Ok(response)
}

/// Stores a successful answer that no unit of work stored: of a change that is not a POST, or of a request that
/// continues where an earlier one stopped.
pub(crate) async fn remember(context: &Context, response: Response) -> Result<Response, Problem> {
    let Some(claim) = context.unanswered().filter(|_| response.status().is_success()) else {
        return Ok(response);
    };
    let (head, body) = response.into_parts();
    let body = collect(body, BODY_BYTES_MAX).await?;
    let kept = match kept_copy(&head, body.clone()) {
        Ok(answer) => context.query(answer.keep(claim)).await.map(drop).map_err(Failure::from),
        Err(failure) => Err(failure),
    };
    if let Err(failure) = kept {
        // The change happened all the same. A retry takes the key over.
        context.log("warn", &[("cause", failure.to_string().into())]);
    }
    Ok(Response::from_parts(head, Body::Bytes(body)))
}

/// The same request may be sent again at once: it waits for something that its sender has to do.
pub async fn let_go(context: &Context) -> Result<(), Problem> {
    let Some(claim) = context.unanswered() else { return Ok(()) };
    let long_ago = context.now().plus_seconds(-RUNNING_SECONDS_MAX);
    let row = values![claim.scope.as_str(), claim.key.as_str(), long_ago];
    context.query(plumbing::YIELD_KEY.bind(row)).await?;
    Ok(())
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
