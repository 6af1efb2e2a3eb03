//! `POST /auth/refresh`.

use serde::Deserialize;
use web::{Context, Json, Problem, ProblemCode, Reply};

use super::log_in::Tokens;
use crate::adapters::store::SqlSessions;
use crate::application::refresh_session::{RefreshError, refresh_session};

/// A refresh token, also of `POST /auth/logout`.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct Body {
    pub(super) refresh_token: String,
}

/// Answers 200 with new tokens, 401 `INVALID_REFRESH_TOKEN` for one that is unknown, too old, of a
/// session that ended, or used before; the last ends the session.
pub(super) async fn handle(context: Context, Json(body): Json<Body>) -> Result<Reply<Tokens>, Problem> {
    let session = refresh_session(&SqlSessions::new(&context), &body.refresh_token, context.now()).await;
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
