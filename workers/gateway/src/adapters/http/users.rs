//! `/users` and `/users/{id}`: for admins.

use http::StatusCode;
use kernel::ids::{CustomerId, UserId};
use kernel::text::{Email, Name};
use serde::Deserialize;
use web::{Context, Created, Json, Page, Path, Problem, ProblemCode, Query, Tagged};

use crate::adapters::store::{SqlUsers, list_users};
use crate::adapters::wire::UserBody;
use crate::application::create_user::{UserSpec, UserWriteError, create_user};
use crate::application::delete_user::delete_user;
use crate::application::ports::Users;
use crate::application::update_user::update_user;
use crate::domain::password::NewPassword;
use crate::domain::user::{Misfit, Role};

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct Body {
    email: Email,
    name: Name,
    role: Role,
    customer_id: Option<CustomerId>,
    #[serde(default)]
    disabled: bool,
    password: Option<NewPassword>,
}

impl Body {
    fn split(self) -> (UserSpec, Option<NewPassword>) {
        let Self { email, name, role, customer_id, disabled, password } = self;
        (UserSpec { email, name, role, customer_id, disabled }, password)
    }
}

/// `GET /users`.
pub(super) async fn list(
    context: Context,
    Query(page): Query<Page>,
) -> Result<impl axum::response::IntoResponse, Problem> {
    let users = list_users(&context, page.cursor.as_ref(), page.limit).await?;
    let users: Vec<UserBody> = users.into_iter().map(Into::into).collect();
    Ok(web::list(users, page.limit, |user| user.id.to_string()))
}

/// `GET /users/{id}`: 200 with the version as `ETag`, 404.
pub(super) async fn show(context: Context, Path(id): Path<UserId>) -> Result<Tagged<UserBody>, Problem> {
    let user = SqlUsers::new(&context).find(id).await?.ok_or_else(|| Problem::not_found("user"))?;
    Ok(Tagged(user.version, user.into()))
}

/// `POST /users`: 201, 409 `EMAIL_TAKEN`, 422.
pub(super) async fn create(context: Context, Json(body): Json<Body>) -> Result<Created<UserBody>, Problem> {
    let (spec, password) = body.split();
    let password = password.ok_or_else(|| Problem::field("/password", "is required"))?;
    let salt = context.world.random();
    let user = create_user(&SqlUsers::new(&context), spec, &password, salt).await.map_err(problem)?;
    Ok(Created(user.into()))
}

/// `PUT /users/{id}`: 200, 404, 409 for a taken e-mail or the last admin, 412 when stale. Without a
/// `password` it stays. Sessions end when the role, the customer or the password changes.
pub(super) async fn update(
    context: Context,
    Path(id): Path<UserId>,
    Json(body): Json<Body>,
) -> Result<Tagged<UserBody>, Problem> {
    let (spec, password) = body.split();
    let (users, salt) = (SqlUsers::new(&context), context.world.random());
    let user = update_user(&users, id, context.if_match(), spec, password.as_ref(), salt).await;
    let user = user.map_err(problem)?;
    Ok(Tagged(user.version, user.into()))
}

/// `DELETE /users/{id}`: 204, 404, 409 for the last admin, 412 when stale.
pub(super) async fn delete(context: Context, Path(id): Path<UserId>) -> Result<StatusCode, Problem> {
    delete_user(&SqlUsers::new(&context), id, context.if_match()).await.map_err(problem)?;
    Ok(StatusCode::NO_CONTENT)
}

fn problem(error: UserWriteError) -> Problem {
    match error {
        UserWriteError::Misfit(Misfit::CustomerMissing) => {
            Problem::field("/customerId", "is required for a wholesaler")
        }
        UserWriteError::Misfit(Misfit::CustomerUnexpected) => {
            Problem::field("/customerId", "is for wholesalers and customers only")
        }
        UserWriteError::EmailTaken => {
            let taken = web::FieldError::new("/email", "is another user's");
            Problem::new(ProblemCode::EmailTaken, "Another user has this e-mail.").with_errors(vec![taken])
        }
        UserWriteError::Stale => {
            Problem::new(ProblemCode::PreconditionFailed, "The user was changed since. Read it again.")
        }
        UserWriteError::Gone => Problem::not_found("user"),
        UserWriteError::LastAdmin => {
            Problem::state_conflict("This is the last admin: nobody could let others in.")
        }
        UserWriteError::Failure(failure) => failure.into(),
    }
}
