//! Voids an entry: a posted one by its reverse, dated today; a draft is discarded.

use kernel::Date;
use kernel::ids::EntryId;
use kernel::text::ShortText;

use super::journal_error::{JournalError, Refusal};
use super::ports::Journal;
use crate::domain::entry::{Entry, EntryStatus};

/// Voids one entry, once.
pub async fn void_entry(
    journal: &impl Journal,
    id: EntryId,
    reason: &ShortText,
    today: Date,
) -> Result<Entry, JournalError> {
    let entry = journal.find(id).await?.ok_or(JournalError::NotFound)?;
    let reverse = match entry.status {
        EntryStatus::Voided => return Err(JournalError::Refused(Refusal::AlreadyVoided)),
        EntryStatus::Draft => None,
        EntryStatus::Posted if entry.source_id.is_some() => {
            return Err(JournalError::Refused(Refusal::AtTheSource));
        }
        EntryStatus::Posted => Some(entry.reverse(today, reason)?),
    };
    journal.void(&entry, reverse.as_ref()).await
}
