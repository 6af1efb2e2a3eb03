//! The token of a guest's order or cart: who has it may read, change, pay and cancel the order. It follows from the id and
//! a key of this service, so that a repeated request gets the same one; only its hash is stored.

use http::{HeaderValue, header};
use kernel::ids::{CartId, CustomerId, OrderId};
use platform::{Body, Response};
use serde::Deserialize;
use web::{Context, Problem, Role};

pub(super) use crate::adapters::guest_secret::hash;
use crate::adapters::guest_secret::{token, token_of};
use crate::domain::order::GUEST_TOKEN_SECONDS;

/// Whether an order is a guest's: whoever places it, the guest or staff for them, gets its token. A buyer with an account
/// needs none.
fn is_guests(context: &Context, customer: Option<CustomerId>) -> bool {
    customer.is_none() && !matches!(context.caller.role, Role::Customer | Role::Wholesaler)
}

/// The hash for a new order; none for an order of somebody with an account.
pub(super) fn for_new(
    context: &Context,
    id: OrderId,
    customer: Option<CustomerId>,
) -> Result<Option<String>, Problem> {
    if !is_guests(context, customer) {
        return Ok(None);
    }
    Ok(Some(hash(&token(context, id)?)))
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Placed {
    id: OrderId,
    customer_id: Option<CustomerId>,
}

/// Adds the token to the answer of whoever has placed a guest's order, as a member and, for the guest, as a cookie.
pub(super) fn give(context: &Context, mut answer: Response) -> Result<Response, Problem> {
    if !answer.status().is_success() {
        return Ok(answer);
    }
    let Body::Bytes(bytes) = std::mem::take(answer.body_mut()) else {
        return Err(Problem::internal("an order that streams"));
    };
    let text = String::from_utf8(bytes).map_err(Problem::internal)?;
    let Placed { id, customer_id } = serde_json::from_str(&text).map_err(Problem::internal)?;
    if !is_guests(context, customer_id) {
        *answer.body_mut() = Body::from(text);
        return Ok(answer);
    }
    let token = token(context, id)?;
    let rest = text.strip_prefix('{').ok_or_else(|| Problem::internal("an order that is no object"))?;
    *answer.body_mut() = Body::from(format!("{{\"token\":\"{token}\",{rest}"));
    if context.caller.role != Role::Guest {
        return Ok(answer);
    }
    let cookie = format!(
        "order-{id}={token}; Path=/api/v1/orders; Max-Age={GUEST_TOKEN_SECONDS}; HttpOnly; Secure; SameSite=Strict"
    );
    let cookie = HeaderValue::from_str(&cookie).map_err(Problem::internal)?;
    answer.headers_mut().insert(header::SET_COOKIE, cookie);
    Ok(answer)
}

/// The hash for a new cart of a guest; none for somebody with an account.
pub(super) fn for_new_cart(context: &Context, id: CartId) -> Result<Option<String>, Problem> {
    if context.caller.owner().is_some() {
        return Ok(None);
    }
    Ok(Some(hash(&token_of(context, "cart", &id.to_string())?)))
}

#[derive(Deserialize)]
struct Started {
    id: CartId,
}

/// Adds the token to the answer of a guest who has started a cart.
pub(super) fn give_of_cart(context: &Context, mut answer: Response) -> Result<Response, Problem> {
    if !answer.status().is_success() || context.caller.owner().is_some() {
        return Ok(answer);
    }
    let Body::Bytes(bytes) = std::mem::take(answer.body_mut()) else {
        return Err(Problem::internal("a cart that streams"));
    };
    let text = String::from_utf8(bytes).map_err(Problem::internal)?;
    let Started { id } = serde_json::from_str(&text).map_err(Problem::internal)?;
    let token = token_of(context, "cart", &id.to_string())?;
    let rest = text.strip_prefix('{').ok_or_else(|| Problem::internal("a cart that is no object"))?;
    *answer.body_mut() = Body::from(format!("{{\"token\":\"{token}\",{rest}"));
    Ok(answer)
}
