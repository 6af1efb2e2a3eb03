//! The caller, at the public door: an access token, an API key, or an anonymous visitor. Nothing else in a request is
//! trusted to identify its sender.

use std::sync::Arc;

use http::header::AUTHORIZATION;
use http::request::Parts;
use http::{HeaderMap, Method};
use kernel::ids::{CustomerId, UserId};
use kernel::text::Email;
use kernel::{Tenant, Timestamp};
use platform::{RandomError, World};
use serde::Deserialize;
use store::{Database, values};
use web::tokens::{self, Claims};
use web::{Caller, Context, Problem, ProblemCode};

use super::limits::Limits;
use super::rights::Revoked;
use super::store::sql;
use crate::domain::limits::{Class, client};
use crate::domain::session::{ACCESS_TOKEN_SECONDS, DEVICE_TOKEN_SECONDS};
use crate::domain::user::{Role, User};

/// The setting with the key of the users' access tokens; no other service has it.
const ACCESS_TOKEN_KEY: &str = "ACCESS_TOKEN_KEY";
const ISSUER: &str = "gateway";
const AUDIENCE: &str = "api";
/// A clock may be wrong by this much.
const LEEWAY_SECONDS: i64 = 5;
/// The prefix of every API key: leaked keys can be found by it.
pub(crate) const API_KEY_PREFIX: &str = "chk_";
/// An API key's whole length: the prefix and 32 bytes in hexadecimal.
const API_KEY_LENGTH: usize = 68;

/// Paths for callers without a valid token: an expired token must not stop anybody from getting a new one.
const ENTRANCES: [&str; 3] = ["/api/auth/login", "/api/auth/refresh", "/api/auth/logout"];

/// A token, otherwise a key, otherwise a visitor. A token or key that is sent must be valid.
pub(crate) async fn authenticate(
    revoked: &Revoked,
    world: &dyn World,
    request: &Parts,
) -> Result<Caller, Problem> {
    if ENTRANCES.contains(&request.uri.path()) {
        return Ok(Caller::guest(Tenant::main()));
    }
    let headers = &request.headers;
    if headers.contains_key(AUTHORIZATION) {
        let token = web::bearer(headers)
            .ok_or_else(|| tokens::unauthenticated("The Authorization header must hold a bearer token."))?;
        return verify(revoked, world, token).await;
    }
    match api_key(headers) {
        Some(key) => verify_key(world, key, client_address(headers)).await,
        None => Ok(Caller::guest(Tenant::main())),
    }
}

/// Whether the caller's session goes on: for what takes longer than a moment.
pub(crate) async fn still_holds(revoked: &Revoked, context: &Context) -> Result<(), Problem> {
    let Some(session) = &context.caller.session else { return Ok(()) };
    let world = &*context.world;
    revoked.check(world, &*users_database(world)?, session).await
}

/// 429 for whoever sends too much. A token or a key that is not valid counts for its address.
pub(crate) async fn limit(
    limits: &Limits,
    world: &dyn World,
    request: &Parts,
    caller: &Result<Caller, Problem>,
) -> Result<(), Problem> {
    match caller {
        Ok(caller) if caller.role != web::Role::Guest => {
            limits.admit(world, Class::Caller, &caller.subject).await
        }
        outcome => {
            let reads = [Method::GET, Method::HEAD].contains(&request.method);
            let guest = Class::of_guest(reads, request.uri.path());
            let class = if outcome.is_ok() { guest } else { Class::GuestWrite };
            limits.admit(world, class, &client(client_address(&request.headers))).await
        }
    }
}

/// A header that is not text is a wrong key, not a missing one.
fn api_key(headers: &HeaderMap) -> Option<&str> {
    headers.get("x-api-key").map(|key| key.to_str().unwrap_or(""))
}

/// A token of a release without sessions in tokens is refused: its client exchanges its refresh token.
async fn verify(revoked: &Revoked, world: &dyn World, token: &str) -> Result<Caller, Problem> {
    let claims = tokens::verify(world, ACCESS_TOKEN_KEY, token, AUDIENCE, world.now(), LEEWAY_SECONDS)?;
    let proved_at = claims.proved_at();
    let is_user = web::Role::USERS.contains(&claims.role);
    let Some(session) = claims.sid.filter(|_| claims.iss == ISSUER && is_user) else {
        return Err(tokens::unauthenticated("The token is not valid."));
    };
    revoked.check(world, &*users_database(world)?, &session).await?;
    let caller = Caller::new(claims.sub, claims.role, claims.ten, claims.cid);
    Ok(Caller { session: Some(session), proved_at, ..caller })
}

/// All users belong to one tenant.
fn users_database(world: &dyn World) -> Result<Arc<dyn Database>, Problem> {
    let tenant = Tenant::main();
    let database = world.database(&tenant);
    database.ok_or_else(|| Problem::internal(format!("there is no database for the tenant {tenant}")))
}

#[derive(Deserialize)]
struct KeyRow {
    id: String,
    user_id: UserId,
    role: Role,
    customer_id: Option<CustomerId>,
    /// JSON lists; none where everything is allowed.
    scope: Option<String>,
    addresses: Option<String>,
    last_used_at: Option<Timestamp>,
}

/// How exact the last use of a key is, in seconds: one write for many uses.
const LAST_USE_SECONDS: i64 = 60;

async fn verify_key(world: &dyn World, key: &str, address: Option<&str>) -> Result<Caller, Problem> {
    let refused = || Problem::new(ProblemCode::InvalidApiKey, "The API key is not valid.");
    if !key.starts_with(API_KEY_PREFIX) || key.len() != API_KEY_LENGTH {
        return Err(refused());
    }
    let (database, now) = (users_database(world)?, world.now());
    let found = database.query(sql::FIND_KEY_HOLDER.bind(values![hash(key), now])).await?;
    let holder = found.first::<KeyRow>()?.ok_or_else(refused)?;
    let list = |text: &Option<String>| -> Result<Option<Vec<String>>, Problem> {
        text.as_deref().map(serde_json::from_str).transpose().map_err(Problem::internal)
    };
    // From elsewhere it is as unknown as any other.
    if list(&holder.addresses)?.is_some_and(|allowed| !allowed.contains(&client(address))) {
        return Err(refused());
    }
    let is_recent = |used: Timestamp| now < used.plus_seconds(LAST_USE_SECONDS);
    if !holder.last_used_at.is_some_and(is_recent) {
        database.query(sql::USE_KEY.bind(values![holder.id.as_str(), now])).await?;
    }
    let (id, role) = (holder.user_id.to_string(), web_role(holder.role));
    let caller = Caller::new(id, role, Tenant::main(), holder.customer_id);
    Ok(Caller { scope: list(&holder.scope)?, is_program: true, ..caller })
}

/// An access token for a user of the request's tenant, which ends with its session. It says when the password was last
/// given in the session.
pub(crate) fn access_token(
    context: &Context,
    user: &User,
    session: &str,
    proved_at: Timestamp,
) -> Result<String, Problem> {
    let claims = Claims {
        iss: ISSUER.to_owned(),
        aud: AUDIENCE.to_owned(),
        sub: user.id.to_string(),
        role: web_role(user.role),
        ten: context.tenant().clone(),
        cid: user.customer_id,
        sid: Some(session.to_owned()),
        scp: None,
        auth_time: Some(proved_at.unix_seconds()),
        apb: None,
    };
    tokens::sign(&*context.world, ACCESS_TOKEN_KEY, &claims, ACCESS_TOKEN_SECONDS)
}

/// The audience of a device's token: it opens nothing, and only says that the user has signed in there.
const DEVICE_AUDIENCE: &str = "device";

/// A token for the device on which a user has signed in; `device` names it if it has one.
pub(crate) fn device_token(
    context: &Context,
    user: &User,
    device: Option<String>,
) -> Result<String, Problem> {
    let device = device.map_or_else(|| context.new_id::<uuid::Uuid>().map(|id| id.to_string()), Ok)?;
    let claims = Claims {
        iss: ISSUER.to_owned(),
        aud: DEVICE_AUDIENCE.to_owned(),
        sub: user.email.to_string(),
        role: web::Role::Guest,
        ten: context.tenant().clone(),
        cid: None,
        sid: Some(device),
        scp: None,
        auth_time: None,
        apb: None,
    };
    tokens::sign(&*context.world, ACCESS_TOKEN_KEY, &claims, DEVICE_TOKEN_SECONDS)
}

/// The device that a token names, if the user with this e-mail has signed in there.
pub(crate) fn known_device(context: &Context, token: &str, email: &Email) -> Option<String> {
    let world = &*context.world;
    let claims =
        tokens::verify(world, ACCESS_TOKEN_KEY, token, DEVICE_AUDIENCE, world.now(), LEEWAY_SECONDS).ok()?;
    claims.sid.filter(|_| claims.sub == email.as_str())
}

/// 32 random bytes in hexadecimal: a refresh token, or what follows a key's prefix.
pub(crate) fn new_secret(world: &dyn World) -> Result<String, RandomError> {
    Ok(tokens::hex(&[world.random()?, world.random()?].concat()))
}

/// The stored form of a secret.
pub(crate) fn hash(secret: &str) -> String {
    tokens::sha256(secret.as_bytes())
}

pub(super) fn web_role(role: Role) -> web::Role {
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
