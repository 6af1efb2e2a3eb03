//! `POST /auth/step-up`.

use kernel::ids::UserId;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use web::{Context, Headers, Json, Problem, ProblemCode, Reply, Route};

use super::log_in::TokenType;
use super::{grants, too_many_attempts};
use crate::adapters::identity::{access_token, client_address};
use crate::adapters::store::Store;
use crate::application::step_up::{StepUpError, step_up};
use crate::domain::limits::client;
use crate::domain::session::ACCESS_TOKEN_SECONDS;
use crate::domain::throttle::Origin;

pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::post_unkeyed("/api/auth/step-up", grants::SELF_READ, "Prove again who one is.", handle)
            .details(
                "For users, keys, approvals, the end of a fiscal period and refunds above a limit, which are refused with \
                 `STEP_UP_REQUIRED` otherwise. It holds for some minutes, which the shop sets; a login counts, too. A wrong \
                 password counts as a failed login.",
            )
            .problems(&[ProblemCode::RateLimited]),
    ]
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "StepUp")]
struct Body {
    password: String,
}

/// A token of the same session that says when the proof was given.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "SteppedUp")]
struct SteppedUp {
    /// Instead of the one before.
    access_token: String,
    token_type: TokenType,
    /// Seconds for which the access token is valid.
    expires_in: i64,
}

async fn handle(
    context: Context,
    Headers(headers): Headers,
    Json(body): Json<Body>,
) -> Result<Reply<SteppedUp>, Problem> {
    let gone = || problem(StepUpError::Gone);
    let id = UserId::parse(&context.caller.subject).ok_or_else(gone)?;
    let session = context.caller.session.clone().ok_or_else(gone)?;
    let address = client_address(&headers);
    let client = client(address);
    let origin = Origin { address, client: &client, ..Origin::default() };
    let (user, proved_at) =
        step_up(&Store::new(&context), id, &session, &body.password, origin).await.map_err(problem)?;
    Ok(Reply(SteppedUp {
        access_token: access_token(&context, &user, &session, proved_at)?,
        token_type: TokenType::Bearer,
        expires_in: ACCESS_TOKEN_SECONDS,
    }))
}

fn problem(error: StepUpError) -> Problem {
    match error {
        StepUpError::Gone => web::tokens::unauthenticated("The session has ended. Log in again."),
        StepUpError::WrongPassword => Problem::field("/password", "is not right"),
        StepUpError::TooMany { wait_seconds } => too_many_attempts(wait_seconds),
        StepUpError::Failure(failure) => failure.into(),
    }
}
