//! `POST /auth/password-resets` and `POST /auth/password-resets/confirm`: a new password for who has forgotten theirs.

use kernel::text::Email;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use web::{Accepted, Context, Grant, Headers, Json, NoContent, Problem, ProblemCode, Route};

use super::too_many_attempts;
use crate::adapters::breaches::BreachList;
use crate::adapters::identity::client_address;
use crate::adapters::store::Store;
use crate::application::reset_password::{ResetPasswordError, confirm_reset, request_reset};
use crate::domain::limits::client;
use crate::domain::password::NewPassword;
use crate::domain::password_reset::MINUTES;
use crate::domain::throttle::Origin;

pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::post_unkeyed("/api/auth/password-resets", Grant::PUBLIC, "Ask for a link to a new password.", request)
            .details(
                "If the e-mail is a user's, they get a link by mail, valid for 30 minutes and once. The answer is the \
                 same when it is nobody's, and takes the same time.",
            )
            .problems(&[ProblemCode::RateLimited]),
        Route::post_unkeyed("/api/auth/password-resets/confirm", Grant::PUBLIC, "Set a new password by a link.", confirm)
            .details("All sessions and API keys of the user end, and the user is told by mail.")
            .problems(&[ProblemCode::StateConflict]),
    ]
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "RequestPasswordReset")]
struct Wanted {
    email: Email,
}

/// That the request was taken, whoever's e-mail it names.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "PasswordResetRequested")]
struct Requested {
    /// For how long a link is valid.
    valid_minutes: i64,
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "ConfirmPasswordReset")]
struct Confirmation {
    /// The one in the link.
    token: String,
    password: NewPassword,
}

async fn request(
    context: Context,
    Headers(headers): Headers,
    Json(Wanted { email }): Json<Wanted>,
) -> Result<Accepted<Requested>, Problem> {
    let address = client_address(&headers);
    let client = client(address);
    let origin = Origin { address, client: &client, ..Origin::default() };
    request_reset(&Store::new(&context), &email, origin).await.map_err(problem)?;
    Ok(Accepted(Requested { valid_minutes: MINUTES }))
}

async fn confirm(
    context: Context,
    Json(Confirmation { token, password }): Json<Confirmation>,
) -> Result<NoContent, Problem> {
    let salt = context.world.random()?;
    let store = Store::new(&context);
    confirm_reset(&store, &BreachList(&context), &token, &password, salt).await.map_err(problem)?;
    Ok(NoContent)
}

fn problem(error: ResetPasswordError) -> Problem {
    match error {
        ResetPasswordError::InvalidToken => {
            Problem::field("/token", "is not valid, was used, or is too old: ask for another link")
        }
        ResetPasswordError::Weak(detail) => Problem::field("/password", detail),
        ResetPasswordError::Stale => Problem::state_conflict("The user was changed at the same time."),
        ResetPasswordError::TooMany { wait_seconds } => too_many_attempts(wait_seconds),
        ResetPasswordError::Failure(failure) => failure.into(),
    }
}
