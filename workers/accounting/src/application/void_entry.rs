//! Voids an entry: a posted one by its reverse, dated like it while its period is open; a draft is discarded.

use kernel::Date;
use kernel::ids::EntryId;
use kernel::text::ShortText;

use super::first_open_day::first_open_day;
use super::journal_error::{JournalError, Refusal};
use super::ports::{ClosedPeriods, Journal};
use crate::domain::entry::{Entry, EntryStatus};

/// Voids one entry, once. The reverse is dated `date`, which is never before the entry; by default on the day of the
/// entry, or on the first open day after it.
pub async fn void_entry(
    journal: &(impl Journal + ClosedPeriods),
    id: EntryId,
    reason: &ShortText,
    date: Option<Date>,
) -> Result<Entry, JournalError> {
    let entry = journal.find(id).await?.ok_or(JournalError::NotFound)?;
    let reverse = match entry.status {
        EntryStatus::Voided => return Err(JournalError::Refused(Refusal::AlreadyVoided)),
        EntryStatus::Draft => None,
        EntryStatus::Posted if entry.source_id.is_some() => {
            return Err(JournalError::Refused(Refusal::AtTheSource));
        }
        EntryStatus::Posted => {
            let day = match date {
                Some(date) if date < entry.entry_date => {
                    return Err(JournalError::Refused(Refusal::BeforeTheEntry(entry.entry_date)));
                }
                Some(date) => date,
                None => first_open_day(journal, entry.entry_date).await?,
            };
            Some(entry.reverse(day, reason)?)
        }
    };
    journal.void(&entry, reverse.as_ref()).await
}
