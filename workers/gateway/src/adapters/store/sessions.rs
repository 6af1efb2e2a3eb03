//! Logins and sessions over SQL.

use kernel::ids::UserId;
use kernel::text::Email;
use kernel::{Cursor, Failure, Limit, Timestamp};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::json;
use store::{DatabaseError, Unit, values};
use uuid::Uuid;
use web::Context;

use super::audit::{self, Action};
use super::{Store, credentials, sql, sql_resets};
use crate::adapters::identity::{hash, new_secret};
use crate::application::ports::{
    Admission, Exchange, KnownToken, OpenSession, OwnSessions, SessionEnd, Sessions,
};
use crate::domain::rights::REMEMBERED_SECONDS;
use crate::domain::session::{REFRESH_TOKEN_SECONDS, RefreshToken, SESSION_SECONDS_MAX};
use crate::domain::throttle::{self, Origin, WINDOW_SECONDS};
use crate::domain::user::User;

/// How many rows of a table one batch deletes at most, and how many batches a sweep makes.
const FORGOTTEN: usize = 2_000;
const FORGOTTEN_BATCHES: usize = 20;

#[derive(Deserialize)]
struct LeftRow {
    more: bool,
}

/// Who is here knows the password, so the failures nearest to them are deleted. Other attempts on the e-mail or from
/// the address may be an attacker's: of those only this attempt is deleted.
pub(super) fn forgive(unit: &mut Unit, email: &Email, origin: Origin<'_>, attempt: &str) {
    let mut counted = throttle::counted(email, origin).into_iter();
    if let Some(nearest) = counted.next() {
        unit.push(sql::FORGET_ATTEMPTS_OF.bind(values![nearest.subject]));
    }
    for wider in counted {
        unit.push(sql::FORGET_ATTEMPT.bind(values![wider.subject, attempt]));
    }
}

impl<T> Store<'_, T> {
    /// How long until the next attempt is allowed.
    pub(super) async fn wait_seconds(&self, counted: &[throttle::Counted]) -> Result<u32, Failure> {
        let now = self.context.now();
        let subjects: Vec<&str> = counted.iter().map(|counted| counted.subject.as_str()).collect();
        let since = now.plus_seconds(-WINDOW_SECONDS);
        let rows =
            self.context.query(sql::LIST_ATTEMPTS.bind(values![store::json(&subjects), since])).await?;
        let over = rows.read::<AttemptsRow>()?.into_iter().filter(|row| {
            counted.iter().any(|counted| counted.subject == row.subject && row.weight >= counted.allowed)
        });
        Ok(over.map(|row| throttle::wait_seconds(row.oldest, now)).max().unwrap_or(1))
    }

    /// Adds the next refresh token of a session to a unit. Returns its clear text.
    fn issue(&self, unit: &mut Unit, session_id: &str, previous: Option<&str>) -> Result<String, Failure> {
        let refresh_token = new_secret(&*self.context.world)?;
        unit.push(sql::INSERT_REFRESH_TOKEN.bind(values![
            hash(&refresh_token),
            session_id,
            previous.map(hash),
            self.context.now()
        ]));
        Ok(refresh_token)
    }
}

#[derive(Deserialize)]
struct AttemptsRow {
    subject: String,
    weight: i64,
    oldest: Timestamp,
}

#[derive(Deserialize)]
struct TokenRow {
    session_id: String,
    proved_at: Timestamp,
    expires_at: Timestamp,
    revoked: bool,
    used: bool,
}

impl<T> Sessions for Store<'_, T> {
    async fn admit(&self, email: &Email, origin: Origin<'_>) -> Result<Admission, Failure> {
        let context = self.context;
        let now = context.now();
        let counted = throttle::counted(email, origin);
        let subjects: Vec<_> =
            counted.iter().map(|c| json!({ "subject": c.subject, "allowed": c.allowed })).collect();
        let attempt = context.new_id::<Uuid>()?.to_string();
        let mut unit = self.unremembered();
        unit.push(sql::INSERT_ATTEMPTS.bind(values![
            store::json(&subjects),
            now,
            attempt.as_str(),
            now.plus_seconds(-WINDOW_SECONDS)
        ]));
        let found = unit.push(sql::FIND_CREDENTIALS_BY_EMAIL.bind(values![email]));
        match context.commit(unit).await {
            Ok(rows) => {
                let found = rows.into_iter().nth(found);
                let found = found.ok_or_else(|| Failure::Defect("a query without an answer".to_owned()))?;
                Ok(Admission::Admitted { attempt, credentials: credentials(found)? })
            }
            Err(error) if error.rule() == Some("login_attempts_limit") => {
                Ok(Admission::Limited { wait_seconds: self.wait_seconds(&counted).await? })
            }
            Err(error) => Err(error.into()),
        }
    }

    async fn refuse(
        &self,
        email: &Email,
        origin: Origin<'_>,
        attempt: &str,
        why: &str,
    ) -> Result<(), Failure> {
        let mut unit = self.unremembered();
        for counted in throttle::counted(email, origin) {
            let failed = values![counted.subject, attempt, throttle::FAILURE_WEIGHT];
            unit.push(sql::FAIL_ATTEMPT.bind(failed));
        }
        unit.push(audit::log_in_failed(self.context, email, why, origin.address)?);
        self.context.commit(unit).await?;
        Ok(())
    }

    async fn open(
        &self,
        mut user: User,
        attempt: &str,
        origin: Origin<'_>,
        new_hash: Option<String>,
    ) -> Result<Option<OpenSession>, Failure> {
        let context = self.context;
        let now = context.now();
        let session_id = context.new_id::<Uuid>()?.to_string();
        let mut unit = self.unremembered();
        if let Some(hash) = new_hash {
            user.version = user.version.saturating_add(1);
            unit.push(sql::SET_PASSWORD.bind(values![user.id, hash, user.version]));
        }
        let expires_at = now.plus_seconds(REFRESH_TOKEN_SECONDS);
        unit.push(sql::INSERT_SESSION.bind(values![
            session_id.as_str(),
            user.id,
            now,
            expires_at,
            user.version,
            origin.address,
            origin.agent
        ]));
        let refresh_token = self.issue(&mut unit, &session_id, None)?;
        forgive(&mut unit, &user.email, origin, attempt);
        unit.push(audit::done_by(context, &user, Action::LogIn, "", origin.address)?);
        match context.commit(unit).await {
            Ok(_) => Ok(Some(OpenSession { user, session_id, refresh_token, proved_at: now })),
            Err(error) => match error.rule() {
                Some("refresh_tokens_session" | "sessions_user_version") => Ok(None),
                _ => Err(error.into()),
            },
        }
    }

    async fn prove(
        &self,
        session_id: &str,
        user: &User,
        attempt: &str,
        origin: Origin<'_>,
    ) -> Result<Option<Timestamp>, Failure> {
        let (context, now) = (self.context, self.context.now());
        if context.query(sql::FIND_SESSION.bind(values![session_id, user.id])).await?.is_empty() {
            return Ok(None);
        }
        let mut unit = self.unremembered();
        unit.push(sql::PROVE_SESSION.bind(values![session_id, now]));
        forgive(&mut unit, &user.email, origin, attempt);
        unit.push(audit::done_by(context, user, Action::SteppedUp, "", origin.address)?);
        context.commit(unit).await?;
        Ok(Some(now))
    }

    async fn find_token(&self, refresh_token: &str) -> Result<Option<KnownToken>, Failure> {
        let key = hash(refresh_token);
        let statements =
            [&sql::FIND_REFRESH_TOKEN, &sql::FIND_USER_OF_TOKEN].map(|sql| sql.bind(values![key.as_str()]));
        let [token, user] = self.context.query_all(statements).await?;
        let (Some(token), Some(user)) = (token.first::<TokenRow>()?, user.first::<User>()?) else {
            return Ok(None);
        };
        let TokenRow { session_id, proved_at, expires_at, revoked, used } = token;
        let token = RefreshToken { used, revoked, expires_at, disabled: user.disabled };
        Ok(Some(KnownToken { session_id, proved_at, token, user }))
    }

    async fn exchange(&self, session_id: &str, refresh_token: &str) -> Result<Exchange, Failure> {
        let context = self.context;
        let mut unit = self.unremembered();
        let next = self.issue(&mut unit, session_id, Some(refresh_token))?;
        let expires_at = context.now().plus_seconds(REFRESH_TOKEN_SECONDS);
        let now = context.now();
        unit.push(sql::EXTEND_SESSION.bind(values![session_id, expires_at, now, SESSION_SECONDS_MAX]));
        match context.commit(unit).await {
            Ok(_) => Ok(Exchange::Done(next)),
            Err(error) => match error.rule() {
                Some("refresh_tokens.previous_hash") => Ok(Exchange::Used),
                Some("refresh_tokens_session") => Ok(Exchange::Ended),
                _ => Err(error.into()),
            },
        }
    }

    async fn end(&self, session_id: &str, user: &User, why: SessionEnd) -> Result<(), Failure> {
        let (action, because) = match why {
            SessionEnd::LoggedOut => (Action::LogOut, "logged out"),
            SessionEnd::Reused => (Action::SessionRevoked, "a refresh token was used twice"),
        };
        let mut unit = self.unremembered();
        unit.push(sql::REVOKE_SESSION.bind(values![session_id, self.context.now(), because]));
        unit.push(audit::done_by(self.context, user, action, because, None)?);
        self.context.commit(unit).await?;
        Ok(())
    }

    async fn forget(&self) -> Result<(), Failure> {
        let now = self.context.now();
        let (revoked, attempted) = (now.plus_seconds(-REMEMBERED_SECONDS), now.plus_seconds(-WINDOW_SECONDS));
        for _ in 0..FORGOTTEN_BATCHES {
            let mut unit = self.unremembered();
            unit.push(sql::FORGET_REVOCATIONS.bind(values![revoked, FORGOTTEN]));
            unit.push(sql::FORGET_SESSIONS.bind(values![now, FORGOTTEN]));
            unit.push(sql::FORGET_ATTEMPTS.bind(values![attempted, FORGOTTEN]));
            unit.push(sql_resets::FORGET_RESETS.bind(values![now]));
            unit.push(sql::FORGET_LEFT.bind(values![revoked, now, attempted]));
            let left = self.context.commit(unit).await?.pop().unwrap_or_default();
            if !left.first::<LeftRow>()?.is_some_and(|left| left.more) {
                break;
            }
        }
        Ok(())
    }
}

impl<T> OwnSessions for Store<'_, T> {
    async fn end_own(&self, user: UserId, session_id: &str) -> Result<bool, Failure> {
        let found = self.context.query(sql::FIND_SESSION.bind(values![session_id, user])).await?;
        if found.is_empty() {
            return Ok(false);
        }
        let (because, now) = ("its user ended it", self.context.now());
        let mut unit = self.unremembered();
        unit.push(sql::REVOKE_SESSION.bind(values![session_id, now, because]));
        unit.push(audit::done(self.context, Action::SessionRevoked, session_id, because)?);
        self.context.commit(unit).await?;
        Ok(true)
    }
}

/// A session that goes on.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all(serialize = "camelCase"))]
#[schemars(rename = "Session")]
pub(crate) struct SessionRow {
    pub(crate) id: String,
    created_at: Timestamp,
    last_used_at: Option<Timestamp>,
    expires_at: Timestamp,
    /// Where it was opened.
    address: Option<String>,
    /// The program with which it was opened.
    user_agent: Option<String>,
}

/// A page of a user's sessions, the oldest first.
pub(crate) async fn list_sessions(
    context: &Context,
    user: UserId,
    cursor: Option<&Cursor>,
    limit: Limit,
) -> Result<Vec<SessionRow>, DatabaseError> {
    let after = cursor.map_or("", Cursor::key);
    let count = limit.rows().saturating_add(1);
    context.query(sql::LIST_SESSIONS.bind(values![user, context.now(), after, count])).await?.read()
}
