//! `/users/{id}/api-keys`: keys with which programs act for a user.

use std::net::IpAddr;

use kernel::Timestamp;
use kernel::ids::UserId;
use kernel::text::Name;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use web::{
    Answer, Context, Created, Json, List, NoContent, Page, Path, Present, Problem, Query, Reply, Route,
};

use super::grants;
use crate::adapters::store::{ApiKeyRow, Store, list_keys};
use crate::application::create_api_key::{self, CreateApiKeyError};
use crate::application::ports::{KeyLimits, NewApiKey};
use crate::application::revoke_api_key;
use crate::domain::limits::client;
use crate::domain::user::Role;

pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::get(
            "/api/users/{id}/api-keys",
            grants::USER_WRITE,
            "List a user's API keys, without the keys themselves.",
            list_api_keys,
        ),
        Route::post("/api/users/{id}/api-keys", grants::USER_WRITE, "Create an API key.", create_api_key).audited()
            .details(
                "The key has the user's role; an admin's key may have any other staff role. It manages no accounts. It ends with \
                 its time, and with its user's password unless that keeps the keys. It is shown only once: a \
                 repeated request is answered with `\"key\": null`.",
            )
            .step_up(),
        Route::delete(
            "/api/users/{id}/api-keys/{key}",
            grants::USER_WRITE,
            "Revoke an API key, permanently.",
            revoke_api_key,
        )
        .audited()
        .step_up(),
    ]
}

const CREATED: Present<NewApiKey> = Present::new(|key| created(key).into_response());
const REVOKED: Present<()> = Present::new(|()| NoContent.into_response());

#[derive(Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schemars(rename = "CreateApiKey")]
struct Body {
    /// Its purpose.
    name: Name,
    /// The user's role when it is left out.
    role: Option<Role>,
    /// The grants that it has, such as `catalogue:read`; all of its role when it is left out.
    scope: Option<Vec<String>>,
    /// The addresses that may use it; every one when it is left out. One of IPv6 stands for its /64.
    addresses: Option<Vec<String>>,
    /// A year from now when it is left out, which is also the latest.
    expires_at: Option<Timestamp>,
}

#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "NewApiKey")]
struct NewApiKeyJson {
    id: String,
    name: Name,
    role: Role,
    /// The first characters of the key, for recognising it.
    hint: String,
    created_at: Timestamp,
    expires_at: Timestamp,
    /// For the header `X-API-Key`. Shown once; null when the request is repeated.
    key: Option<String>,
}

fn created(key: &NewApiKey) -> Created<NewApiKeyJson> {
    Created(NewApiKeyJson {
        id: key.id.clone(),
        name: key.name.clone(),
        role: key.role,
        hint: key.hint.clone(),
        created_at: key.created_at,
        expires_at: key.limits.expires_at,
        key: key.key.clone(),
    })
}

async fn list_api_keys(
    context: Context,
    Path(user): Path<UserId>,
    Query(page): Query<Page>,
) -> Result<Reply<List<ApiKeyRow>>, Problem> {
    let keys = list_keys(&context, user, page.cursor.as_ref(), page.limit).await?;
    Ok(web::list(keys, page.limit, |key| key.id.clone()))
}

async fn create_api_key(
    context: Context,
    Path(user): Path<UserId>,
    Json(body): Json<Body>,
) -> Result<Created<NewApiKeyJson>, Problem> {
    let keys = Store::answering(&context, CREATED);
    let limits = limits(&context, body.scope, body.addresses, body.expires_at)?;
    let key = create_api_key::create_api_key(&keys, user, body.name, body.role, limits).await;
    Ok(created(&key.map_err(problem)?))
}

async fn revoke_api_key(
    context: Context,
    Path((user, key)): Path<(UserId, String)>,
) -> Result<NoContent, Problem> {
    let keys = Store::answering(&context, REVOKED);
    let known = revoke_api_key::revoke_api_key(&keys, user, &key).await?;
    if known { Ok(NoContent) } else { Err(Problem::not_found("API key")) }
}

/// The longest life of a key, in seconds.
const KEY_SECONDS_MAX: i64 = 366 * 86_400;
/// The most addresses or grants of a key.
const LIST_LENGTH_MAX: usize = 50;

fn limits(
    context: &Context,
    scope: Option<Vec<String>>,
    addresses: Option<Vec<String>>,
    expires_at: Option<Timestamp>,
) -> Result<KeyLimits, Problem> {
    let is_long = |list: &Option<Vec<String>>| list.as_ref().is_some_and(|list| list.len() > LIST_LENGTH_MAX);
    if is_long(&scope) || is_long(&addresses) {
        let pointer = if is_long(&scope) { "/scope" } else { "/addresses" };
        return Err(Problem::field(pointer, format!("must have at most {LIST_LENGTH_MAX} entries")));
    }
    let is_grant = |name: &String| web::auth::TABLE.iter().any(|(known, _)| known == name);
    if let Some(place) = scope.iter().flatten().position(|name| !is_grant(name)) {
        return Err(Problem::field(format!("/scope/{place}"), "is no grant"));
    }
    if let Some(place) = addresses.iter().flatten().position(|address| address.parse::<IpAddr>().is_err()) {
        return Err(Problem::field(format!("/addresses/{place}"), "is no IP address"));
    }
    let latest = context.now().plus_seconds(KEY_SECONDS_MAX);
    let expires_at = expires_at.unwrap_or(latest);
    if expires_at <= context.now() || expires_at > latest {
        return Err(Problem::field("/expiresAt", "must be within a year"));
    }
    let addresses = addresses.map(|all| all.iter().map(|address| client(Some(address))).collect());
    Ok(KeyLimits { scope, addresses, expires_at })
}

fn problem(error: CreateApiKeyError) -> Problem {
    match error {
        CreateApiKeyError::Gone => Problem::not_found("user"),
        CreateApiKeyError::RoleTooWide => {
            Problem::field("/role", "must be the user's own; a key of an admin may have another staff role")
        }
        CreateApiKeyError::Failure(failure) => failure.into(),
    }
}
