//! A mail as JSON.

use contracts::events::Recipient;
use contracts::terms::Language;
use kernel::Timestamp;
use kernel::ids::MailId;
use schemars::JsonSchema;
use serde::Serialize;

use crate::application::ports::{Mail, Status};
use crate::domain::document::Document;

/// A mail in a list.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "Mail")]
pub(super) struct MailJson {
    pub(super) id: MailId,
    /// What it is about: `OrderReceived`, `PasswordReset`, …
    template: String,
    language: Language,
    to: Recipient,
    subject: String,
    status: Status,
    /// Which sending it is; more than 1 when a person had it sent again.
    round: i64,
    /// Attempts of this round.
    attempts: i64,
    /// Those after which nobody knows whether the server has taken it.
    unknown_attempts: i64,
    /// Why the last attempt failed, or why the mail came back.
    last_error: Option<String>,
    created_at: Timestamp,
    sent_at: Option<Timestamp>,
    /// Whether what it said is forgotten.
    forgotten: bool,
}

impl From<&Mail> for MailJson {
    fn from(mail: &Mail) -> Self {
        Self {
            id: mail.id,
            template: mail.template.clone(),
            language: mail.language,
            to: mail.to.clone(),
            subject: mail.subject.clone(),
            status: mail.status,
            round: mail.round,
            attempts: mail.attempts,
            unknown_attempts: mail.unknown,
            last_error: mail.last_error.clone(),
            created_at: mail.created_at,
            sent_at: mail.sent_at,
            forgotten: mail.content.is_none(),
        }
    }
}

/// A mail with what it says. The secrets of its links are left out.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "MailWithText")]
pub(super) struct WholeMailJson {
    #[serde(flatten)]
    mail: MailJson,
    /// The plain text; null once it is forgotten.
    text: Option<String>,
    /// The HTML.
    html: Option<String>,
}

impl WholeMailJson {
    pub(super) fn new(mail: &Mail, document: Option<&Document>) -> Self {
        Self { mail: mail.into(), text: document.map(Document::text), html: document.map(Document::html) }
    }
}
