//! Who asks, at the public door: an access token, an API key, or nobody in particular. Nothing else that
//! a request says of its sender is believed.

use http::HeaderMap;
use http::header::AUTHORIZATION;
use kernel::ids::{CustomerId, UserId};
use serde::Deserialize;
use sha2::{Digest, Sha256};
use store::{Database, values};
use web::tokens::{self, Claims};
use web::{Caller, Problem, ProblemCode, Request};

use super::store::sql;
use crate::domain::session::ACCESS_TOKEN_SECONDS;
use crate::domain::user::{Role, User};

/// The setting with the key of the users' access tokens; no other service has it.
const ACCESS_TOKEN_KEY: &str = "ACCESS_TOKEN_KEY";
const ISSUER: &str = "gateway";
const AUDIENCE: &str = "api";
/// How every API key begins: what leaks can be found by it.
pub(crate) const API_KEY_PREFIX: &str = "chk_";
/// An API key's whole length: the prefix and 32 bytes in hexadecimal.
const API_KEY_LENGTH: usize = 68;

/// Paths that are for those without a good token: an old one must not keep anybody from a new one.
const ENTRANCES: [&str; 5] =
    ["/api/auth/login", "/api/auth/refresh", "/api/auth/logout", "/health", "/metrics"];

/// A token, else a key, else a visitor. A token or key that is given must be good.
pub(crate) async fn authenticate(platform: &P, request: &Request) -> Result<Caller, Problem> {
    if ENTRANCES.contains(&request.uri().path()) {
        return Ok(Caller::guest());
    }
    let headers = request.headers();
    if headers.contains_key(AUTHORIZATION) {
        let token = web::bearer(headers)
            .ok_or_else(|| tokens::unauthenticated("The Authorization header must hold a bearer token."))?;
        return verify(platform, token);
    }
    match api_key(headers) {
        Some(key) => verify_key(platform, key).await,
        None => Ok(Caller::guest()),
    }
}

fn api_key(headers: &HeaderMap) -> Option<&str> {
    headers.get("x-api-key").map(|key| key.to_str().unwrap_or_default())
}

fn verify(platform: &P, token: &str) -> Result<Caller, Problem> {
    let claims = tokens::verify(platform, ACCESS_TOKEN_KEY, token, AUDIENCE, platform.now())?;
    let is_user = web::Role::USERS.contains(&claims.role);
    if claims.iss != ISSUER || !is_user {
        return Err(tokens::unauthenticated("The token is not valid."));
    }
    Ok(Caller { subject: claims.sub, role: claims.role, customer_id: claims.cid })
}

#[derive(Deserialize)]
struct KeyRow {
    user_id: UserId,
    role: Role,
    customer_id: Option<CustomerId>,
}

async fn verify_key(platform: &P, key: &str) -> Result<Caller, Problem> {
    let refused = || Problem::new(ProblemCode::InvalidApiKey, "The API key is not valid.");
    if !key.starts_with(API_KEY_PREFIX) || key.len() != API_KEY_LENGTH {
        return Err(refused());
    }
    let found = platform.database().query(sql::FIND_KEY_HOLDER.bind(values![hash(key)])).await?;
    let holder = found.first::<KeyRow>()?.ok_or_else(refused)?;
    Ok(Caller {
        subject: holder.user_id.to_string(),
        role: web_role(holder.role),
        customer_id: holder.customer_id,
    })
}

/// An access token for a user.
pub(crate) fn access_token(platform: &P, user: &User) -> Result<String, Problem> {
    let claims = Claims {
        iss: ISSUER.to_owned(),
        aud: AUDIENCE.to_owned(),
        sub: user.id.to_string(),
        role: web_role(user.role),
        cid: user.customer_id,
    };
    tokens::sign(platform, ACCESS_TOKEN_KEY, &claims, ACCESS_TOKEN_SECONDS)
}

/// 32 random bytes in hexadecimal: a refresh token, or what follows a key's prefix.
pub(crate) fn new_secret(platform: &P) -> String {
    tokens::hex(&[platform.random(), platform.random()].concat())
}

/// How a secret is kept. It has 256 random bits, so a fast hash is enough.
pub(crate) fn hash(secret: &str) -> String {
    tokens::hex(&Sha256::digest(secret.as_bytes()))
}

fn web_role(role: Role) -> web::Role {
    match role {
        Role::Admin => web::Role::Admin,
        Role::Manager => web::Role::Manager,
        Role::Accountant => web::Role::Accountant,
        Role::Warehouse => web::Role::Warehouse,
        Role::Cashier => web::Role::Cashier,
        Role::Wholesaler => web::Role::Wholesaler,
        Role::Customer => web::Role::Customer,
    }
}

/// The client's address, as Cloudflare tells it; a client cannot set this header there.
pub(crate) fn client_address(headers: &HeaderMap) -> Option<&str> {
    headers.get("cf-connecting-ip").and_then(|address| address.to_str().ok())
}
