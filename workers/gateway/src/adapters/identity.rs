//! The caller, at the public door: an access token, an API key, or an anonymous visitor. Nothing else in a request is
//! trusted to identify its sender.

use http::HeaderMap;
use http::header::AUTHORIZATION;
use http::request::Parts;
use kernel::Tenant;
use kernel::ids::{CustomerId, UserId};
use platform::{RandomError, World};
use serde::Deserialize;
use sha2::{Digest, Sha256};
use store::values;
use web::tokens::{self, Claims};
use web::{Caller, Context, Problem, ProblemCode};

use super::store::sql;
use crate::domain::session::ACCESS_TOKEN_SECONDS;
use crate::domain::user::{Role, User};

/// The setting with the key of the users' access tokens; no other service has it.
const ACCESS_TOKEN_KEY: &str = "ACCESS_TOKEN_KEY";
const ISSUER: &str = "gateway";
const AUDIENCE: &str = "api";
/// The prefix of every API key: leaked keys can be found by it.
pub(crate) const API_KEY_PREFIX: &str = "chk_";
/// An API key's whole length: the prefix and 32 bytes in hexadecimal.
const API_KEY_LENGTH: usize = 68;

/// Paths for callers without a valid token: an expired token must not stop anybody from getting a new one.
const ENTRANCES: [&str; 5] =
    ["/api/auth/login", "/api/auth/refresh", "/api/auth/logout", "/health", "/metrics"];

/// A token, otherwise a key, otherwise a visitor. A token or key that is sent must be valid.
pub(crate) async fn authenticate(world: &dyn World, request: &Parts) -> Result<Caller, Problem> {
    if ENTRANCES.contains(&request.uri.path()) {
        return Ok(Caller::guest(Tenant::main()));
    }
    let headers = &request.headers;
    if headers.contains_key(AUTHORIZATION) {
        let token = web::bearer(headers)
            .ok_or_else(|| tokens::unauthenticated("The Authorization header must hold a bearer token."))?;
        return verify(world, token);
    }
    match api_key(headers) {
        Some(key) => verify_key(world, key).await,
        None => Ok(Caller::guest(Tenant::main())),
    }
}

/// A header that is not text is a wrong key, not a missing one.
fn api_key(headers: &HeaderMap) -> Option<&str> {
    headers.get("x-api-key").map(|key| key.to_str().unwrap_or(""))
}

fn verify(world: &dyn World, token: &str) -> Result<Caller, Problem> {
    let claims = tokens::verify(world, ACCESS_TOKEN_KEY, token, AUDIENCE, world.now())?;
    let is_user = web::Role::USERS.contains(&claims.role);
    if claims.iss != ISSUER || !is_user {
        return Err(tokens::unauthenticated("The token is not valid."));
    }
    Ok(Caller { subject: claims.sub, role: claims.role, tenant: claims.ten, customer_id: claims.cid })
}

#[derive(Deserialize)]
struct KeyRow {
    user_id: UserId,
    role: Role,
    customer_id: Option<CustomerId>,
}

/// A key does not name a tenant: all users belong to one tenant.
async fn verify_key(world: &dyn World, key: &str) -> Result<Caller, Problem> {
    let refused = || Problem::new(ProblemCode::InvalidApiKey, "The API key is not valid.");
    if !key.starts_with(API_KEY_PREFIX) || key.len() != API_KEY_LENGTH {
        return Err(refused());
    }
    let tenant = Tenant::main();
    let database = world
        .database(&tenant)
        .ok_or_else(|| Problem::internal(format!("there is no database for the tenant {tenant}")))?;
    let found = database.query(sql::FIND_KEY_HOLDER.bind(values![hash(key)])).await?;
    let holder = found.first::<KeyRow>()?.ok_or_else(refused)?;
    Ok(Caller {
        subject: holder.user_id.to_string(),
        role: web_role(holder.role),
        tenant,
        customer_id: holder.customer_id,
    })
}

/// An access token for a user of the request's tenant.
pub(crate) fn access_token(context: &Context, user: &User) -> Result<String, Problem> {
    let claims = Claims {
        iss: ISSUER.to_owned(),
        aud: AUDIENCE.to_owned(),
        sub: user.id.to_string(),
        role: web_role(user.role),
        ten: context.tenant().clone(),
        cid: user.customer_id,
    };
    tokens::sign(&*context.world, ACCESS_TOKEN_KEY, &claims, ACCESS_TOKEN_SECONDS)
}

/// 32 random bytes in hexadecimal: a refresh token, or what follows a key's prefix.
pub(crate) fn new_secret(world: &dyn World) -> Result<String, RandomError> {
    Ok(tokens::hex(&[world.random()?, world.random()?].concat()))
}

/// The stored form of a secret. A secret has 256 random bits, so a fast hash is enough.
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

/// The client's address, as Cloudflare reports it; a client cannot set this header there.
pub(crate) fn client_address(headers: &HeaderMap) -> Option<&str> {
    headers.get("cf-connecting-ip").and_then(|address| address.to_str().ok())
}
