//! Dead letters over SQL.

use contracts::ops::DeadLetter;
use contracts::{Event, Heading};
use kernel::ids::MessageId;
use kernel::text::ShortText;
use kernel::{Cursor, Failure, Limit, Timestamp};
use serde::Deserialize;
use sha2::{Digest, Sha256};
use store::{DatabaseError, json, values};
use web::Context;

use super::audit::{self, Action};
use super::{sql_letters as sql, unremembered};
use crate::adapters::wire::{LetterBody, render};
use crate::application::ports::{Letters, Settled};
use crate::domain::dead_letter::{Letter, LetterStatus, Unseen};

/// Dead letters in the service's database.
pub(crate) struct SqlLetters<'a> {
    context: &'a Context,
}

impl<'a> SqlLetters<'a> {
    pub(crate) fn new(context: &'a Context) -> Self {
        Self { context }
    }

    /// Stores letters as they come, each once, also what is no letter at all; for each whether it is stored.
    /// One that cannot be stored does not keep the others back.
    pub(crate) async fn bury(&self, bodies: &[String]) -> Vec<bool> {
        let letters: Vec<DeadLetter> = bodies.iter().map(|body| read(body)).collect();
        if self.store(&letters).await.is_ok() {
            return vec![true; letters.len()];
        }
        let mut stored = Vec::with_capacity(letters.len());
        for letter in &letters {
            let done = self.store(std::slice::from_ref(letter)).await;
            if let Err(failure) = &done {
                let cause = failure.to_string();
                let line = serde_json::json!({
                    "level": "error", "service": "gateway", "deadLetter": letter.id, "cause": cause,
                });
                self.context.world.log(&line.to_string());
            }
            stored.push(done.is_ok());
        }
        stored
    }

    async fn store(&self, letters: &[DeadLetter]) -> Result<(), Failure> {
        let mut unit = unremembered(self.context);
        unit.push(sql::BURY.bind(values![json(letters), self.context.now()]));
        self.context.commit(unit).await?;
        Ok(())
    }

    async fn settle(
        &self,
        letter: Letter,
        status: LetterStatus,
        note: Option<ShortText>,
    ) -> Result<Settled, Failure> {
        let context = self.context;
        let now = context.now();
        let action = match status {
            LetterStatus::Discarded => Action::DeadLetterDiscarded,
            _ => Action::DeadLetterReplayed,
        };
        let settled = Letter {
            status,
            settled_at: Some(now),
            settled_by: Some(context.caller.subject.clone()),
            note: note.map(|note| note.to_string()),
            ..letter
        };
        let mut unit = context.unit();
        unit.push(sql::SETTLE.bind(values![
            settled.id,
            status.as_str(),
            now,
            settled.settled_by.clone(),
            settled.note.clone()
        ]));
        let detail = settled.note.clone().unwrap_or_default();
        unit.push(audit::done(context, action, settled.id, &detail));
        unit.answer(200, render(&LetterBody::from(settled.clone())));
        match context.commit(unit).await {
            Ok(_) => Ok(Settled::Done(Box::new(settled))),
            Err(error) if error.rule() == Some("dead_letters_settled") => Ok(Settled::Before),
            Err(error) => Err(error.into()),
        }
    }
}

/// What is no letter is kept too. An event that its queue gave up, because the reader did not even start, is
/// a letter to that reader; anything else has an id from its hash, so that it is kept once.
fn read(body: &str) -> DeadLetter {
    let no_letter = |id, queue: &str, reason: &str| DeadLetter {
        id,
        queue: queue.to_owned(),
        reason: reason.to_owned(),
        attempts: 0,
        body: body.to_owned(),
    };
    let error = match serde_json::from_str(body) {
        Ok(letter) => return letter,
        Err(error) => format!("the body is no dead letter: {error}"),
    };
    let Ok(event) = serde_json::from_str::<Heading>(body) else {
        let digest: [u8; 32] = Sha256::digest(body.as_bytes()).into();
        let bytes = digest.first_chunk::<16>().copied().unwrap_or_default();
        return no_letter(MessageId(uuid::Builder::from_random_bytes(bytes).into_uuid()), "", &error);
    };
    match Event::readers_of(&event.r#type).unwrap_or_default() {
        [queue] => no_letter(event.id, queue.name(), "its queue gave it up: its reader did not take it"),
        _ => no_letter(event.id, "", "an event that nobody reads"),
    }
}

#[derive(Deserialize)]
struct LetterRow {
    id: MessageId,
    queue: String,
    reason: String,
    attempts: i64,
    body: String,
    count: i64,
    status: LetterStatus,
    received_at: Timestamp,
    buried_at: Timestamp,
    settled_at: Option<Timestamp>,
    settled_by: Option<String>,
    note: Option<String>,
}

impl From<LetterRow> for Letter {
    fn from(row: LetterRow) -> Self {
        Self {
            id: row.id,
            queue: row.queue,
            reason: row.reason,
            attempts: row.attempts,
            body: row.body,
            count: row.count,
            status: row.status,
            received_at: row.received_at,
            buried_at: row.buried_at,
            settled_at: row.settled_at,
            settled_by: row.settled_by,
            note: row.note,
        }
    }
}

impl Letters for SqlLetters<'_> {
    async fn find(&self, id: MessageId) -> Result<Option<Letter>, Failure> {
        let rows = self.context.query(sql::FIND_LETTER.bind(values![id])).await?;
        Ok(rows.first::<LetterRow>()?.map(Into::into))
    }

    async fn replayed(&self, letter: Letter) -> Result<Settled, Failure> {
        self.settle(letter, LetterStatus::Replayed, None).await
    }

    async fn discarded(&self, letter: Letter, reason: ShortText) -> Result<Settled, Failure> {
        self.settle(letter, LetterStatus::Discarded, Some(reason)).await
    }

    async fn replay_failed(&self, letter: &Letter, error: &str) -> Result<(), Failure> {
        let mut unit = unremembered(self.context);
        unit.push(sql::NOTE_FAILURE.bind(values![letter.id, error]));
        self.context.commit(unit).await?;
        Ok(())
    }

    async fn unseen(&self) -> Result<Unseen, Failure> {
        let rows = self.context.query(sql::COUNT_UNSEEN.bind([])).await?;
        Ok(rows.first()?.unwrap_or_default())
    }
}

/// A page of letters, the newest first.
pub(crate) async fn list_letters(
    context: &Context,
    status: Option<LetterStatus>,
    cursor: Option<&Cursor>,
    limit: Limit,
) -> Result<Vec<Letter>, DatabaseError> {
    // `~` comes after every character of a time and of an id.
    let (time, id) = cursor.and_then(|cursor| cursor.key().split_once('|')).unwrap_or(("~", "~"));
    let count = limit.rows().saturating_add(1);
    let statement = match status {
        None => sql::LIST_LETTERS.bind(values![time, id, count]),
        Some(status) => sql::LIST_LETTERS_OF_STATUS.bind(values![time, id, count, status.as_str()]),
    };
    let rows = context.query(statement).await?;
    Ok(rows.read::<LetterRow>()?.into_iter().map(Into::into).collect())
}
