//! Writes a manual entry, as a draft or posted at once.

use kernel::Failure;

use super::journal_error::{JournalError, Refusal};
use super::ports::{Accounts, Journal};
use crate::domain::account::Account;
use crate::domain::entry::{Entry, EntryDraft};

/// Writes one entry. The schema checks the accounts when an entry is posted: then the chart is only read to name each
/// wrong line. The accounts of a draft are checked here.
pub async fn record_entry(
    journal: &(impl Accounts + Journal),
    draft: &EntryDraft,
    post: bool,
) -> Result<Entry, JournalError> {
    if !post {
        check_accounts(journal, draft).await?;
        return journal.record(draft, false).await;
    }
    match journal.record(draft, true).await {
        Err(
            refused @ (JournalError::Refused(Refusal::Account(..))
            | JournalError::Failure(Failure::Defect(_))),
        ) => {
            check_accounts(journal, draft).await?;
            Err(refused)
        }
        recorded => recorded,
    }
}

async fn check_accounts(journal: &impl Accounts, draft: &EntryDraft) -> Result<(), JournalError> {
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
    if refusals.is_empty() { Ok(()) } else { Err(JournalError::Accounts(refusals)) }
}
