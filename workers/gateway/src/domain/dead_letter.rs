//! Messages that no service could process.

use contracts::{Queue, Service};
use kernel::Timestamp;
use kernel::ids::MessageId;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The status of a dead letter.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "DeadLetterStatus")]
pub enum LetterStatus {
    // Not settled.
    New,
    // Its reader has processed it on replay.
    Replayed,
    // Somebody decided that it will not be processed.
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

/// The letters that are not settled.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "UnseenDeadLetters")]
pub struct Unseen {
    pub unseen: i64,
    /// When the first of them arrived.
    pub oldest: Option<Timestamp>,
}

/// A stored dead letter.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Letter {
    /// The message's.
    pub id: MessageId,
    /// The queue it came from; empty when unknown.
    pub queue: String,
    /// Why its reader could not process it.
    pub reason: String,
    /// How many times its reader tried.
    pub attempts: i64,
    /// The body as it was received.
    pub body: String,
    /// How many times it became a dead letter.
    pub count: i64,
    pub status: LetterStatus,
    /// When it first arrived.
    pub received_at: Timestamp,
    /// When it last arrived.
    pub buried_at: Timestamp,
    pub settled_at: Option<Timestamp>,
    /// Who settled it: a user's id.
    pub settled_by: Option<String>,
    /// Why it was discarded, or why the last replay failed.
    pub note: Option<String>,
}

impl Letter {
    /// The service that can take it in again; none when its reader is unknown.
    #[must_use]
    pub fn reader(&self) -> Option<Service> {
        Queue::parse(&self.queue).map(Queue::reader).filter(|reader| *reader != Service::Gateway)
    }
}
