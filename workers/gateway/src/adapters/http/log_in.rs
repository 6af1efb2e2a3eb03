//! `POST /auth/login`.

use http::HeaderMap;
use kernel::text::Email;
use serde::{Deserialize, Serialize};
use web::{Context, Json, Problem, ProblemCode, Reply};

use super::too_many_attempts;
use crate::adapters::identity::{access_token, client_address};
use crate::adapters::store::SqlSessions;
use crate::adapters::wire::UserBody;
use crate::application::log_in::{LogInError, log_in};
use crate::application::ports::OpenSession;
use crate::domain::session::ACCESS_TOKEN_SECONDS;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Body {
    email: Email,
    password: String,
}

/// What a client keeps of a session.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Tokens {
    access_token: String,
    token_type: &'static str,
    expires_in: i64,
    refresh_token: String,
    user: UserBody,
}

impl Tokens {
    pub(super) fn of(context: &Context, session: OpenSession) -> Result<Self, Problem> {
        Ok(Self {
            access_token: access_token(&*context.world, &session.user)?,
            token_type: "Bearer",
            expires_in: ACCESS_TOKEN_SECONDS,
            refresh_token: session.refresh_token,
            user: session.user.into(),
        })
    }
}

/// Answers 200 with the tokens, 401 `INVALID_CREDENTIALS` whatever is wrong with them, 429 with
/// `Retry-After` after too many failures.
pub(super) async fn handle(
    context: Context,
    headers: HeaderMap,
    Json(body): Json<Body>,
) -> Result<Reply<Tokens>, Problem> {
    let sessions = SqlSessions::new(&context);
    let session = log_in(&sessions, &body.email, &body.password, client_address(&headers)).await;
    Tokens::of(&context, session.map_err(problem)?).map(Reply)
}

fn problem(error: LogInError) -> Problem {
    match error {
        LogInError::Refused => {
            Problem::new(ProblemCode::InvalidCredentials, "The e-mail or the password is not right.")
        }
        LogInError::TooMany { wait_seconds } => too_many_attempts(wait_seconds),
        LogInError::Failure(failure) => failure.into(),
    }
}
