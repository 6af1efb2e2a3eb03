//! Messages that no service could process.

use contracts::{Queue, Service};
use kernel::Timestamp;
use kernel::ids::MessageId;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Where a dead letter stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "DeadLetterStatus")]
pub enum LetterStatus {
    // Nobody has settled it.
    New,
    // Its reader has processed it after all.
    Replayed,
    // Somebody decided that it is not to be processed.
    Discarded,
}

impl LetterStatus {
    /// The word in the database.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::New => "New",
            Self::Replayed => "Replayed",
            Self::Discarded => "Discarded",
        }
    }
}

/// The letters that nobody has settled.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "UnseenDeadLetters")]
pub struct Unseen {
    pub unseen: i64,
    /// When the first of them came.
    pub oldest: Option<Timestamp>,
}

/// A stored dead letter.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Letter {
    /// The message's.
    pub id: MessageId,
    /// The queue it came from; empty when that is not known.
    pub queue: String,
    /// Why its reader gave it up.
    pub reason: String,
    /// How often its reader tried.
    pub attempts: i64,
    /// The body as it came.
    pub body: String,
    /// How often it was buried.
    pub count: i64,
    pub status: LetterStatus,
    /// When it first came.
    pub received_at: Timestamp,
    /// When it last came.
    pub buried_at: Timestamp,
    pub settled_at: Option<Timestamp>,
    /// Who settled it: a user's id.
    pub settled_by: Option<String>,
    /// Why it was discarded, or why the last replay failed.
    pub note: Option<String>,
}

impl Letter {
    /// The service that could take it in again; none when it is not known who read it.
    #[must_use]
    pub fn reader(&self) -> Option<Service> {
        Queue::parse(&self.queue).map(Queue::reader).filter(|reader| *reader != Service::Gateway)
    }
}
