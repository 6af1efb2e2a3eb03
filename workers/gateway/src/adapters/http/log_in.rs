//! `POST /auth/login`.

use kernel::text::Email;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use web::{Context, Grant, Headers, Json, Problem, ProblemCode, Reply, Route};

use super::too_many_attempts;
use super::users::UserJson;
use crate::adapters::identity::{access_token, client_address};
use crate::adapters::store::Store;
use crate::application::log_in::{LogInError, log_in};
use crate::application::ports::OpenSession;
use crate::domain::session::ACCESS_TOKEN_SECONDS;

pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::post_unkeyed("/api/auth/login", Grant::PUBLIC, "Log in: open a session.", handle)
            .details(
                "The answer does not say what is wrong with the credentials. After too many failures for one e-mail or \
                 from one address, `Retry-After` says how long to wait.",
            )
            .problems(&[ProblemCode::InvalidCredentials, ProblemCode::RateLimited]),
    ]
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "LogIn")]
struct Body {
    email: Email,
    password: String,
}

/// The tokens of a session.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "SessionTokens")]
pub(super) struct Tokens {
    /// For the header `Authorization`, after `Bearer `.
    access_token: String,
    token_type: TokenType,
    /// Seconds for which the access token is valid.
    expires_in: i64,
    /// For `POST /auth/refresh`, valid once.
    refresh_token: String,
    user: UserJson,
}

#[derive(Serialize, JsonSchema)]
#[schemars(inline)]
enum TokenType {
    Bearer,
}

impl Tokens {
    pub(super) fn of(context: &Context, session: OpenSession) -> Result<Self, Problem> {
        Ok(Self {
            access_token: access_token(context, &session.user)?,
            token_type: TokenType::Bearer,
            expires_in: ACCESS_TOKEN_SECONDS,
            refresh_token: session.refresh_token,
            user: UserJson::from(&session.user),
        })
    }
}

async fn handle(
    context: Context,
    Headers(headers): Headers,
    Json(body): Json<Body>,
) -> Result<Reply<Tokens>, Problem> {
    let sessions = Store::new(&context);
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
