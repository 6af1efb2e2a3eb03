//! Dead letters over SQL.

use contracts::ops::DeadLetter;
use contracts::{EventKind, Heading};
use kernel::ids::MessageId;
use kernel::text::ShortText;
use kernel::{Cursor, Failure, Limit};
use sha2::{Digest, Sha256};
use store::{DatabaseError, json, values};
use web::Context;

use super::audit::{self, Action};
use super::{Store, sql_letters as sql};
use crate::application::ports::{Letters, SettleLetters};
use crate::application::replay_dead_letter::SettleError;
use crate::domain::dead_letter::{Letter, LetterStatus, Unseen};

impl<T> Store<'_, T> {
    async fn store(&self, letters: &[DeadLetter]) -> Result<(), Failure> {
        let mut unit = self.unremembered();
        unit.push(sql::BURY.bind(values![json(letters), self.context.now()]));
        self.context.commit(unit).await?;
        Ok(())
    }
}

impl Store<'_, Letter> {
    async fn settle(
        &self,
        letter: Letter,
        status: LetterStatus,
        note: Option<ShortText>,
    ) -> Result<Letter, SettleError> {
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
        let detail = settled.note.as_deref().unwrap_or("");
        unit.push(audit::done(context, action, settled.id, detail)?);
        self.present.keep(context, &mut unit, &settled)?;
        match context.commit(unit).await {
            Ok(_) => Ok(settled),
            Err(error) if error.rule() == Some("dead_letters_settled") => Err(SettleError::Settled),
            Err(error) => Err(SettleError::Failure(error.into())),
        }
    }
}

/// A body that is not a dead letter is stored too. An event that its queue gave up on, because the reader did not even
/// start, becomes a dead letter for that reader. Anything else gets an id from its hash, so that it is stored once.
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
        return no_letter(id_of(body), "", &error);
    };
    match EventKind::parse(&event.r#type).map(EventKind::readers) {
        Some([queue]) => no_letter(event.id, queue.name(), "its queue gave up: its reader did not take it"),
        _ => no_letter(event.id, "", "an event without a reader"),
    }
}

fn id_of(body: &str) -> MessageId {
    let mut bytes = [0_u8; 16];
    for (byte, digested) in bytes.iter_mut().zip(Sha256::digest(body.as_bytes())) {
        *byte = digested;
    }
    MessageId(uuid::Builder::from_random_bytes(bytes).into_uuid())
}

impl<T: Sync> Letters for Store<'_, T> {
    /// Also stores bodies that are not dead letters. One that cannot be stored does not stop the others.
    async fn bury(&self, bodies: &[String]) -> Vec<bool> {
        let letters: Vec<DeadLetter> = bodies.iter().map(|body| read(body)).collect();
        if self.store(&letters).await.is_ok() {
            return vec![true; letters.len()];
        }
        let mut stored = Vec::with_capacity(letters.len());
        for letter in &letters {
            let done = self.store(std::slice::from_ref(letter)).await;
            if let Err(failure) = &done {
                let (letter, cause) = (letter.id.to_string(), failure.to_string());
                self.context.log("error", &[("deadLetter", letter.into()), ("cause", cause.into())]);
            }
            stored.push(done.is_ok());
        }
        stored
    }

    async fn find_letter(&self, id: MessageId) -> Result<Option<Letter>, Failure> {
        Ok(self.context.query(sql::FIND_LETTER.bind(values![id])).await?.first()?)
    }

    async fn unseen(&self) -> Result<Unseen, Failure> {
        let counted = self.context.query(sql::COUNT_UNSEEN.bind([])).await?.first()?;
        counted.ok_or_else(|| Failure::Defect("a count without a row".to_owned()))
    }
}

impl SettleLetters for Store<'_, Letter> {
    async fn replayed(&self, letter: Letter) -> Result<Letter, SettleError> {
        self.settle(letter, LetterStatus::Replayed, None).await
    }

    async fn discarded(&self, letter: Letter, reason: ShortText) -> Result<Letter, SettleError> {
        self.settle(letter, LetterStatus::Discarded, Some(reason)).await
    }

    async fn replay_failed(&self, letter: &Letter, error: &str) -> Result<(), Failure> {
        let mut unit = self.unremembered();
        unit.push(sql::NOTE_FAILURE.bind(values![letter.id, error]));
        self.context.commit(unit).await?;
        Ok(())
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
    context.query(statement).await?.read()
}
