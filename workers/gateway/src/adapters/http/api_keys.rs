//! `/users/{id}/api-keys`: keys with which programs act for a user.

use axum::response::{IntoResponse, Response};
use http::StatusCode;
use kernel::ids::UserId;
use kernel::text::Name;
use serde::Deserialize;
use web::{Context, Created, Json, Page, Path, Problem, Query};

use crate::adapters::store::{SqlUsers, list_keys};
use crate::adapters::wire::NewApiKeyBody;
use crate::application::create_api_key::{CreateApiKeyError, create_api_key};
use crate::application::revoke_api_key::revoke_api_key;
use crate::domain::user::Role;

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct Body {
    name: Name,
    role: Option<Role>,
}

/// `GET`: every key, without the key itself.
pub(super) async fn list(
    context: Context,
    Path(user): Path<UserId>,
    Query(page): Query<Page>,
) -> Result<impl IntoResponse, Problem> {
    let keys = list_keys(&context, user, page.cursor.as_ref(), page.limit).await?;
    Ok(web::list(keys, page.limit, |key| key.id.clone()))
}

/// `POST`: 201 with the key, which is shown this once: a replay of the request has `"key":null`.
/// 404, 422 for a role that is not the user's.
pub(super) async fn create(
    context: Context,
    Path(user): Path<UserId>,
    Json(body): Json<Body>,
) -> Result<Response, Problem> {
    let key = create_api_key(&SqlUsers::new(&context), user, body.name, body.role).await;
    let key = key.map_err(problem)?;
    Ok(Created(NewApiKeyBody::from(&key)).into_response())
}

/// `DELETE .../{key}`: 204, 404.
pub(super) async fn revoke(
    context: Context,
    Path((user, key)): Path<(UserId, String)>,
) -> Result<StatusCode, Problem> {
    let known = revoke_api_key(&SqlUsers::new(&context), user, &key).await?;
    if known { Ok(StatusCode::NO_CONTENT) } else { Err(Problem::not_found("API key")) }
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
