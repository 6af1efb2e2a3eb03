//! What clients see of users, keys and dead letters. In one place, because the same text is answered
//! now and replayed for an `Idempotency-Key` later.

use kernel::Timestamp;
use kernel::ids::{CustomerId, MessageId, UserId};
use kernel::text::{Email, Name};
use serde::Serialize;

use crate::application::ports::NewApiKey;
use crate::domain::dead_letter::Letter;
use crate::domain::user::User;

/// A user.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct UserBody {
    pub(crate) id: UserId,
    email: Email,
    name: Name,
    role: &'static str,
    customer_id: Option<CustomerId>,
    disabled: bool,
    created_at: Timestamp,
    version: i64,
}

impl From<User> for UserBody {
    fn from(user: User) -> Self {
        Self {
            id: user.id,
            email: user.email,
            name: user.name,
            role: user.role.as_str(),
            customer_id: user.customer_id,
            disabled: user.disabled,
            created_at: user.created_at,
            version: user.version,
        }
    }
}

/// An API key when it is made. `key` is shown once: a replay of the request has `null`.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct NewApiKeyBody<'a> {
    id: &'a str,
    name: &'a Name,
    role: &'static str,
    hint: &'a str,
    created_at: Timestamp,
    key: Option<&'a str>,
}

impl<'a> From<&'a NewApiKey> for NewApiKeyBody<'a> {
    fn from(key: &'a NewApiKey) -> Self {
        Self {
            id: &key.id,
            name: &key.name,
            role: key.role.as_str(),
            hint: &key.hint,
            created_at: key.created_at,
            key: key.key.as_deref(),
        }
    }
}

/// A dead letter.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct LetterBody {
    id: MessageId,
    status: &'static str,
    /// What kind of message it is, when its body tells.
    r#type: Option<String>,
    queue: String,
    reason: String,
    attempts: i64,
    count: i64,
    pub(crate) received_at: Timestamp,
    buried_at: Timestamp,
    settled_at: Option<Timestamp>,
    settled_by: Option<String>,
    note: Option<String>,
    body: String,
}

impl LetterBody {
    /// The key of its place in a list.
    pub(crate) fn place(&self) -> String {
        format!("{}|{}", self.received_at, self.id)
    }
}

impl From<Letter> for LetterBody {
    fn from(letter: Letter) -> Self {
        let envelope: Option<serde_json::Value> = serde_json::from_str(&letter.body).ok();
        let kind = envelope.and_then(|envelope| Some(envelope.get("type")?.as_str()?.to_owned()));
        Self {
            id: letter.id,
            status: letter.status.as_str(),
            r#type: kind,
            queue: letter.queue,
            reason: letter.reason,
            attempts: letter.attempts,
            count: letter.count,
            received_at: letter.received_at,
            buried_at: letter.buried_at,
            settled_at: letter.settled_at,
            settled_by: letter.settled_by,
            note: letter.note,
            body: letter.body,
        }
    }
}

/// The text of an answer, as it is sent and kept.
pub(crate) fn render(body: &impl Serialize) -> String {
    serde_json::to_string(body).unwrap_or_default()
}
