//! What the use cases need: the mails, and somebody who carries them.

use std::future::Future;

use contracts::events::{MailContent, MailRequested, Recipient};
use contracts::terms::Language;
use kernel::ids::MailId;
use kernel::text::Email;
use kernel::{Failure, Timestamp};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::domain::delivery::{Next, Outcome};
use crate::domain::message::Outgoing;

/// What became of a mail.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub enum Status {
    /// It waits to be sent, perhaps again.
    Queued,
    /// An attempt is under way.
    Sending,
    /// The recipient's server, or the provider, has taken it.
    Sent,
    /// We have given up.
    Failed,
    /// It came back.
    Bounced,
}

impl Status {
    /// The word in JSON and in the database.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Queued => "Queued",
            Self::Sending => "Sending",
            Self::Sent => "Sent",
            Self::Failed => "Failed",
            Self::Bounced => "Bounced",
        }
    }
}

/// A mail with what is known of it.
#[derive(Debug, Clone, PartialEq)]
pub struct Mail {
    pub id: MailId,
    pub template: String,
    pub language: Language,
    pub to: Recipient,
    pub subject: String,
    /// None once it is forgotten.
    pub content: Option<MailContent>,
    pub secret: Option<String>,
    pub status: Status,
    pub round: i64,
    /// When its round began.
    pub queued_at: Timestamp,
    pub attempts: i64,
    pub unknown: i64,
    pub last_error: Option<String>,
    pub created_at: Timestamp,
    pub sent_at: Option<Timestamp>,
    pub version: i64,
}

/// A change met a newer version: nothing happened.
#[derive(Debug, thiserror::Error)]
pub enum ChangeError {
    #[error("the mail has changed")]
    Stale,
    #[error(transparent)]
    Failure(#[from] Failure),
}

/// A mail came back, as the provider tells.
#[derive(Debug)]
pub struct Bounce {
    /// The provider's name for the mail.
    pub provider_id: String,
    pub email: Email,
    pub reason: String,
    /// Whether the address is dead, not only full or busy.
    pub is_permanent: bool,
}

/// The mails.
pub trait Mails: Sync {
    /// Takes in a request, once. A mail to a dead address is stored as failed.
    fn insert(
        &self,
        requested: &MailRequested,
        language: Language,
        subject: &str,
    ) -> impl Future<Output = Result<(), Failure>> + Send;

    /// The mail of an id.
    fn find_mail(&self, id: MailId) -> impl Future<Output = Result<Option<Mail>, Failure>> + Send;

    /// Mails that are due, the longest waiting first.
    fn due(&self, limit: usize) -> impl Future<Output = Result<Vec<Mail>, Failure>> + Send;

    /// Begins an attempt. Returns the mail with it; none when another was faster.
    fn claim(&self, mail: Mail) -> impl Future<Output = Result<Option<Mail>, Failure>> + Send;

    /// Ends an attempt.
    fn conclude(
        &self,
        mail: &Mail,
        outcome: &Outcome,
        next: &Next,
    ) -> impl Future<Output = Result<(), Failure>> + Send;

    /// Begins another round. Its address counts as alive again.
    fn requeue(&self, mail: Mail) -> impl Future<Output = Result<Mail, ChangeError>> + Send;

    /// A mail came back.
    fn bounced(&self, bounce: &Bounce) -> impl Future<Output = Result<(), Failure>> + Send;
}

/// Who carries mails.
pub trait Transport: Sync {
    /// Sends one.
    fn send(&self, mail: &Outgoing) -> impl Future<Output = Outcome> + Send;

    /// Whether it takes a mail once, however often it is asked.
    fn is_idempotent(&self) -> bool;
}

/// The form of mails: the words, the shop, the sender.
pub trait Writer: Sync {
    /// The mail as it is sent in this round.
    fn outgoing(&self, mail: &Mail) -> Result<Outgoing, Failure>;

    /// Its subject, and its language.
    fn subject(&self, requested: &MailRequested) -> Result<(Language, String), Failure>;
}
