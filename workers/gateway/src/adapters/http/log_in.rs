//! `POST /auth/login`.

use http::header::USER_AGENT;
use kernel::text::Email;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use web::answer::WithCookie;
use web::input::cookie;
use web::{Context, Grant, Headers, Json, Problem, ProblemCode, Reply, Route};

use super::too_many_attempts;
use super::users::UserJson;
use crate::adapters::identity::{access_token, client_address, device_token, known_device};
use crate::adapters::store::Store;
use crate::application::log_in::{LogInError, log_in};
use crate::application::ports::OpenSession;
use crate::domain::limits::client;
use crate::domain::session::{ACCESS_TOKEN_SECONDS, DEVICE_TOKEN_SECONDS};
use crate::domain::throttle::Origin;

pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::post_unkeyed("/api/auth/login", Grant::PUBLIC, "Log in: open a session.", handle)
            .details(
                "The answer does not say what is wrong with the credentials. After too many failures, `Retry-After` says how \
                 long to wait: failures count for the e-mail at the client's address, and where many addresses guess, a \
                 device that has signed in before is not slowed down.",
            )
            .problems(&[ProblemCode::InvalidCredentials, ProblemCode::RateLimited]),
    ]
}

#[derive(Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schemars(rename = "LogIn")]
struct Body {
    email: Email,
    password: String,
    /// The device's token of an earlier login: where others guess the password, this device is not slowed down.
    device_token: Option<String>,
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
pub(super) enum TokenType {
    Bearer,
}

impl Tokens {
    pub(super) fn of(context: &Context, session: OpenSession) -> Result<Self, Problem> {
        Ok(Self {
            access_token: access_token(context, &session.user, &session.session_id, session.proved_at)?,
            token_type: TokenType::Bearer,
            expires_in: ACCESS_TOKEN_SECONDS,
            refresh_token: session.refresh_token,
            user: UserJson::from(&session.user),
        })
    }
}

/// The tokens of a new session, and one for the device.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "NewSession")]
struct NewSession {
    #[serde(flatten)]
    tokens: Tokens,
    /// For the next login on this device. Browsers keep it as a cookie by themselves.
    device_token: String,
}

/// The most of a program's name that is kept.
const AGENT_LENGTH_MAX: usize = 200;
/// The cookie with the device's token. Only logins get it: everything else does without cookies.
const DEVICE_COOKIE: &str = "device";

async fn handle(
    context: Context,
    Headers(headers): Headers,
    Json(body): Json<Body>,
) -> Result<WithCookie<Reply<NewSession>>, Problem> {
    let address = client_address(&headers);
    let client = client(address);
    let token = body.device_token.as_deref().or_else(|| cookie(&headers, DEVICE_COOKIE));
    let device = token.and_then(|token| known_device(&context, token, &body.email));
    let agent = headers.get(USER_AGENT).and_then(|agent| agent.to_str().ok());
    let agent: Option<String> = agent.map(|agent| agent.chars().take(AGENT_LENGTH_MAX).collect());
    let origin = Origin { address, client: &client, agent: agent.as_deref(), device: device.as_deref() };
    let session = log_in(&Store::new(&context), &body.email, &body.password, origin, context.world.random()?)
        .await
        .map_err(problem)?;
    let device_token = device_token(&context, &session.user, device)?;
    let cookie = format!(
        "{DEVICE_COOKIE}={device_token}; Path=/api/v1/auth; Max-Age={DEVICE_TOKEN_SECONDS}; HttpOnly; Secure; SameSite=Strict"
    );
    let tokens = Tokens::of(&context, session)?;
    Ok(WithCookie(Some(cookie), Reply(NewSession { tokens, device_token })))
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
