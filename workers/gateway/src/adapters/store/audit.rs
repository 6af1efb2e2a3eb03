//! The audit log: one line for each action at the gateway, written in the batch of the action.

use kernel::text::Email;
use kernel::{Cursor, Failure, Limit, Timestamp};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use store::{DatabaseError, Statement, values};
use uuid::Uuid;
use web::Context;

use super::sql;
use crate::domain::user::User;

/// What was done.
#[derive(Debug, Clone, Copy)]
pub(super) enum Action {
    LogIn,
    LogInFailed,
    LogOut,
    SteppedUp,
    SessionRevoked,
    PasswordChanged,
    PasswordReset,
    UserCreated,
    UserUpdated,
    UserDeleted,
    ApiKeyCreated,
    ApiKeyRevoked,
    DeadLetterReplayed,
    DeadLetterDiscarded,
}

impl Action {
    const fn as_str(self) -> &'static str {
        match self {
            Self::LogIn => "log-in",
            Self::LogInFailed => "log-in-failed",
            Self::LogOut => "log-out",
            Self::SteppedUp => "stepped-up",
            Self::SessionRevoked => "session-revoked",
            Self::PasswordChanged => "password-changed",
            Self::PasswordReset => "password-reset",
            Self::UserCreated => "user-created",
            Self::UserUpdated => "user-updated",
            Self::UserDeleted => "user-deleted",
            Self::ApiKeyCreated => "api-key-created",
            Self::ApiKeyRevoked => "api-key-revoked",
            Self::DeadLetterReplayed => "dead-letter-replayed",
            Self::DeadLetterDiscarded => "dead-letter-discarded",
        }
    }
}

/// Something the caller did.
pub(super) fn done(
    context: &Context,
    action: Action,
    subject: impl std::fmt::Display,
    detail: &str,
) -> Result<Statement, Failure> {
    let (actor, role) = (context.caller.subject.as_str(), context.caller.role.as_str());
    line(context, (actor, role), action, &subject.to_string(), detail, None)
}

/// An action on the user's own session, when the request itself has no caller yet.
pub(super) fn done_by(
    context: &Context,
    user: &User,
    action: Action,
    detail: &str,
    address: Option<&str>,
) -> Result<Statement, Failure> {
    let id = user.id.to_string();
    line(context, (&id, user.role.as_str()), action, &id, detail, address)
}

/// A login that failed: the e-mail, and why it failed.
pub(super) fn log_in_failed(
    context: &Context,
    email: &Email,
    why: &str,
    address: Option<&str>,
) -> Result<Statement, Failure> {
    line(context, ("guest", "guest"), Action::LogInFailed, email.as_str(), why, address)
}

fn line(
    context: &Context,
    (actor, role): (&str, &str),
    action: Action,
    subject: &str,
    detail: &str,
    address: Option<&str>,
) -> Result<Statement, Failure> {
    let address = address.map(|address| address.chars().take(64).collect::<String>());
    let id = context.new_id::<Uuid>()?;
    Ok(sql::INSERT_AUDIT.bind(values![
        id,
        context.now(),
        actor,
        role,
        action.as_str(),
        subject,
        detail,
        address,
        &*context.request_id
    ]))
}

/// An action at the gateway, and who did it.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all(serialize = "camelCase"))]
#[schemars(rename = "AuditEntry")]
pub(crate) struct AuditRow {
    pub(crate) id: String,
    occurred_at: Timestamp,
    /// A user's id, or `guest`.
    actor: String,
    role: String,
    /// `log-in`, `user-created`, …
    action: String,
    /// What it was done to: a user, a key, a dead letter; for a failed login the e-mail.
    subject: String,
    detail: String,
    address: Option<String>,
    request_id: String,
}

/// A page of the log, the newest first. With an actor, only that actor's lines; otherwise, with an action, only those
/// of that action.
pub(crate) async fn list_audit(
    context: &Context,
    action: Option<&str>,
    actor: Option<&str>,
    cursor: Option<&Cursor>,
    limit: Limit,
) -> Result<Vec<AuditRow>, DatabaseError> {
    // `~` comes after every character of an id.
    let before = cursor.map_or("~", Cursor::key);
    let count = limit.rows().saturating_add(1);
    let statement = match (action, actor) {
        (_, Some(actor)) => sql::LIST_AUDIT_OF_ACTOR.bind(values![before, count, actor]),
        (Some(action), None) => sql::LIST_AUDIT_OF_ACTION.bind(values![before, count, action]),
        (None, None) => sql::LIST_AUDIT.bind(values![before, count]),
    };
    context.query(statement).await?.read()
}
