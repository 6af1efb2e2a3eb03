//! `POST /auth/password`.

use kernel::ids::UserId;
use schemars::JsonSchema;
use serde::Deserialize;
use web::{Context, Json, NoContent, Problem, ProblemCode, Route};

use super::{grants, too_many_attempts};
use crate::adapters::breaches::BreachList;
use crate::adapters::store::Store;
use crate::application::change_password::{ChangePasswordError, change_password};
use crate::domain::password::NewPassword;

pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::post_unkeyed("/api/auth/password", grants::SELF_READ, "Choose a new password.", handle)
            .details("All other sessions of the user end. A wrong current password counts as a failed login.")
            .problems(&[ProblemCode::StateConflict, ProblemCode::RateLimited]),
    ]
}

#[derive(Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schemars(rename = "ChangePassword")]
struct Body {
    current_password: String,
    new_password: NewPassword,
    /// Whether programs go on with the user's API keys. They end with the password when this is left out.
    #[serde(default)]
    keep_api_keys: bool,
}

async fn handle(context: Context, Json(body): Json<Body>) -> Result<NoContent, Problem> {
    let id = UserId::parse(&context.caller.subject).ok_or_else(|| problem(ChangePasswordError::Gone))?;
    let salt = context.world.random()?;
    let house = Store::new(&context);
    let Body { current_password, new_password, keep_api_keys } = body;
    change_password(&house, &BreachList(&context), id, &current_password, &new_password, keep_api_keys, salt)
        .await
        .map_err(problem)?;
    Ok(NoContent)
}

fn problem(error: ChangePasswordError) -> Problem {
    match error {
        ChangePasswordError::Gone => web::tokens::unauthenticated("The user was removed."),
        ChangePasswordError::WrongPassword => Problem::field("/currentPassword", "is not right"),
        ChangePasswordError::Weak(detail) => Problem::field("/newPassword", detail),
        ChangePasswordError::Stale => Problem::state_conflict("The user was changed at the same time."),
        ChangePasswordError::TooMany { wait_seconds } => too_many_attempts(wait_seconds),
        ChangePasswordError::Failure(failure) => failure.into(),
    }
}
