//! Posts a draft.

use kernel::ids::EntryId;

use super::journal_error::{JournalError, Refusal};
use super::ports::Journal;
use crate::domain::entry::{Entry, EntryStatus};

/// Posts one draft.
pub async fn post_entry(journal: &impl Journal, id: EntryId) -> Result<Entry, JournalError> {
    let entry = journal.find(id).await?.ok_or(JournalError::NotFound)?;
    if entry.status != EntryStatus::Draft {
        return Err(JournalError::Refused(Refusal::NotADraft));
    }
    journal.post(&entry).await
}
