//! Discards a dead letter that is not going to be processed, with the reason.

use kernel::ids::MessageId;
use kernel::text::ShortText;

use super::ports::SettleLetters;
use super::replay_dead_letter::{SettleError, find_new};
use crate::domain::dead_letter::Letter;

/// Settles a letter without processing it. The letter stays stored.
pub async fn discard_dead_letter(
    letters: &impl SettleLetters,
    id: MessageId,
    reason: ShortText,
) -> Result<Letter, SettleError> {
    let letter = find_new(letters, id).await?;
    letters.discarded(letter, reason).await
}
