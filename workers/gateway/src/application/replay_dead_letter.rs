//! Lets the reader of a dead letter take it in again, after the cause of its failure was fixed.

use kernel::Failure;
use kernel::ids::MessageId;

use super::ports::{Letters, Mail, SettleLetters};
use crate::domain::dead_letter::{Letter, LetterStatus};

/// Why a letter was not settled.
#[derive(Debug, thiserror::Error)]
pub enum SettleError {
    /// There is no such letter.
    #[error("there is no such letter")]
    Unknown,
    /// It is settled already.
    #[error("the letter is settled")]
    Settled,
    /// Its reader is unknown.
    #[error("the letter has no reader")]
    NoReader,
    /// Its reader refused it again.
    #[error("the reader refused it: {0}")]
    Refused(String),
    /// The outside failed.
    #[error(transparent)]
    Failure(#[from] Failure),
}

/// A letter that is not settled.
pub(super) async fn find_new(letters: &impl Letters, id: MessageId) -> Result<Letter, SettleError> {
    let letter = letters.find_letter(id).await?.ok_or(SettleError::Unknown)?;
    if letter.status == LetterStatus::New { Ok(letter) } else { Err(SettleError::Settled) }
}

/// (1) Hands the body to its reader, which processes a message only once, whatever happens here. (2) Settles the
/// letter, or stores why it failed again.
pub async fn replay_dead_letter(
    letters: &impl SettleLetters,
    mail: &impl Mail,
    id: MessageId,
) -> Result<Letter, SettleError> {
    let letter = find_new(letters, id).await?;
    let reader = letter.reader().ok_or(SettleError::NoReader)?;
    let replayed = mail.replay(reader, &letter.body).await?;
    if replayed.settled {
        return letters.replayed(letter).await;
    }
    let error = replayed.error.unwrap_or_else(|| format!("{reader} did not say why"));
    letters.replay_failed(&letter, &error).await?;
    Err(SettleError::Refused(error))
}
