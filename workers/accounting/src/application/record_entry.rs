//! Writes a manual entry, as a draft or posted at once.

use super::journal_error::JournalError;
use super::ports::{Accounts, Journal};
use crate::domain::account::Account;
use crate::domain::entry::{Entry, EntryDraft};

/// Writes one entry. The schema enforces every rule; the chart is checked first only to name each wrong line.
pub async fn record_entry(
    journal: &(impl Accounts + Journal),
    draft: &EntryDraft,
    post: bool,
) -> Result<Entry, JournalError> {
    let mut codes: Vec<_> = draft.lines().iter().map(|line| &line.account_code).collect();
    codes.sort();
    codes.dedup();
    let accounts = journal.find_all(&codes).await?;
    let refusals: Vec<_> = draft
        .lines()
        .iter()
        .enumerate()
        .filter_map(|(index, line)| {
            let account = accounts.iter().find(|account| account.code == line.account_code);
            let why = account.map_or(Some("is not in the chart of accounts"), Account::refuses_lines);
            why.map(|why| (index, why))
        })
        .collect();
    if !refusals.is_empty() {
        return Err(JournalError::Accounts(refusals));
    }
    journal.record(draft, post).await
}
