//! The token of a guest's order: who has it may read, change, pay and cancel the order. It follows from the order's id and
//! a key of this service, so that a repeated request gets the same one; only its hash is stored.

use http::{HeaderValue, header};
use kernel::ids::OrderId;
use platform::{Body, Response};
use serde::Deserialize;
use sha2::{Digest, Sha256};
use web::{Context, Problem, Role, tokens};

use crate::domain::order::GUEST_TOKEN_SECONDS;

/// The secret that the tokens are made with. Another key makes no token invalid: their hashes are stored.
const KEY_SETTING: &str = "GUEST_TOKEN_KEY";

fn token(context: &Context, id: OrderId) -> Result<String, Problem> {
    tokens::mac(&*context.world, KEY_SETTING, &format!("order {id}"))
}

/// The stored form. A token has 256 random bits, so a fast hash is enough.
pub(super) fn hash(token: &str) -> String {
    tokens::hex(&Sha256::digest(token.as_bytes()))
}

/// The hash for a new order of a guest; none for everybody who is known.
pub(super) fn for_new(context: &Context, id: OrderId) -> Result<Option<String>, Problem> {
    if context.caller.role != Role::Guest {
        return Ok(None);
    }
    token(context, id).map(|token| Some(hash(&token)))
}

#[derive(Deserialize)]
struct Placed {
    id: OrderId,
}

/// Adds the token to the answer of a guest who has placed an order, as a member and as a cookie.
pub(super) fn give(context: &Context, mut answer: Response) -> Result<Response, Problem> {
    if context.caller.role != Role::Guest || !answer.status().is_success() {
        return Ok(answer);
    }
    let Body::Bytes(bytes) = std::mem::take(answer.body_mut()) else {
        return Err(Problem::internal("an order that streams"));
    };
    let text = String::from_utf8(bytes).map_err(Problem::internal)?;
    let Placed { id } = serde_json::from_str(&text).map_err(Problem::internal)?;
    let token = token(context, id)?;
    let rest = text.strip_prefix('{').ok_or_else(|| Problem::internal("an order that is no object"))?;
    *answer.body_mut() = Body::from(format!("{{\"token\":\"{token}\",{rest}"));
    let cookie = format!(
        "order-{id}={token}; Path=/api/v1/orders; Max-Age={GUEST_TOKEN_SECONDS}; HttpOnly; Secure; SameSite=Strict"
    );
    let cookie = HeaderValue::from_str(&cookie).map_err(Problem::internal)?;
    answer.headers_mut().insert(header::SET_COOKIE, cookie);
    Ok(answer)
}
