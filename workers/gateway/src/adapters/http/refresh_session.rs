//! `POST /auth/refresh`.

use schemars::JsonSchema;
use serde::Deserialize;
use web::{Context, Grant, Json, Problem, ProblemCode, Reply, Route};

use super::log_in::Tokens;
use crate::adapters::store::Store;
use crate::application::refresh_session::{RefreshError, refresh_session};

pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::post_unkeyed(
            "/api/auth/refresh",
            Grant::PUBLIC,
            "Exchange a refresh token for new tokens.",
            handle,
        )
        .details("A refresh token is valid once: using it a second time ends its session.")
        .problems(&[ProblemCode::InvalidRefreshToken]),
    ]
}

/// A refresh token, also of `POST /auth/logout`.
#[derive(Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schemars(rename = "RefreshTokenRequest")]
pub(super) struct Body {
    pub(super) refresh_token: String,
}

async fn handle(context: Context, Json(body): Json<Body>) -> Result<Reply<Tokens>, Problem> {
    let session = refresh_session(&Store::new(&context), &body.refresh_token, context.now()).await;
    Tokens::of(&context, session.map_err(problem)?).map(Reply)
}

fn problem(error: RefreshError) -> Problem {
    match error {
        RefreshError::Refused => {
            Problem::new(ProblemCode::InvalidRefreshToken, "The refresh token is not valid. Log in again.")
        }
        RefreshError::Failure(failure) => failure.into(),
    }
}
