//! The secret of a guest's order. It follows from the order's id and a key of this service, so that a repeated request
//! and every mail get the same one; only its hash is stored.

use kernel::Failure;
use kernel::ids::OrderId;
use web::{Context, tokens};

/// The secret that the tokens are made with. Another key makes no token invalid: their hashes are stored.
const KEY_SETTING: &str = "GUEST_TOKEN_KEY";

/// The token of an order.
pub(crate) fn token(context: &Context, id: OrderId) -> Result<String, Failure> {
    token_of(context, "order", &id.to_string())
}

/// Of an order, or of what else a guest has, by what it is and its id.
pub(crate) fn token_of(context: &Context, what: &str, id: &str) -> Result<String, Failure> {
    let token = tokens::mac(&*context.world, KEY_SETTING, &format!("{what} {id}"));
    token.map_err(|problem| Failure::Defect(problem.cause().unwrap_or_else(|| problem.detail()).to_owned()))
}

/// The stored form.
pub(crate) fn hash(token: &str) -> String {
    tokens::sha256(token.as_bytes())
}
