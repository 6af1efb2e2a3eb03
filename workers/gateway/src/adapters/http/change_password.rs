//! `POST /auth/password`.

use http::StatusCode;
use kernel::ids::UserId;
use serde::Deserialize;
use web::{Context, Json, Problem};

use super::too_many_attempts;
use crate::adapters::store::{SqlSessions, SqlUsers};
use crate::application::change_password::{ChangePasswordError, change_password};
use crate::domain::password::NewPassword;

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct Body {
    current_password: String,
    new_password: NewPassword,
}

/// Answers 204 and ends all sessions of the user, 422 when the current password is not right.
pub(super) async fn handle(context: Context, Json(body): Json<Body>) -> Result<StatusCode, Problem> {
    let id = UserId::parse(&context.caller.subject).ok_or_else(|| problem(ChangePasswordError::Gone))?;
    let (users, sessions) = (SqlUsers::new(&context), SqlSessions::new(&context));
    let salt = context.world.random();
    change_password(&users, &sessions, id, &body.current_password, &body.new_password, salt)
        .await
        .map_err(problem)?;
    Ok(StatusCode::NO_CONTENT)
}

fn problem(error: ChangePasswordError) -> Problem {
    match error {
        ChangePasswordError::Gone => web::tokens::unauthenticated("The user is not there any more."),
        ChangePasswordError::WrongPassword => Problem::field("/currentPassword", "is not right"),
        ChangePasswordError::Stale => Problem::state_conflict("The user was changed at the same time."),
        ChangePasswordError::TooMany { wait_seconds } => too_many_attempts(wait_seconds),
        ChangePasswordError::Failure(failure) => failure.into(),
    }
}
