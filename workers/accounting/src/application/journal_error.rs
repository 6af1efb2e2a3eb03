//! Why the journal refused: one enum for the three use cases that write entries by hand.

use kernel::{Date, Failure};

use crate::domain::entry::LinesError;

/// Why the journal refuses an entry or a change of one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Refusal {
    /// The sides differ.
    Unbalanced,
    /// Fewer than two lines.
    TooFewLines,
    /// An account takes no lines: its code, and why.
    Account(String, &'static str),
    /// The entry's day is in this closed period.
    PeriodClosed(String),
    /// A balance would grow beyond what an amount can hold.
    BalanceTooLarge,
    /// Only a draft is posted.
    NotADraft,
    /// It was voided before.
    AlreadyVoided,
    /// A source event created it: it has to be undone at its source.
    AtTheSource,
    /// It would be reversed before its own day, which is this one.
    BeforeTheEntry(Date),
    /// It reverses another entry and cannot be voided.
    ReverseStays,
}

/// Why nothing was written.
#[derive(Debug, thiserror::Error)]
pub enum JournalError {
    /// The lines do not make an entry.
    #[error(transparent)]
    Lines(#[from] LinesError),
    /// These lines, by index, are on accounts that take none.
    #[error("accounts refuse lines")]
    Accounts(Vec<(usize, &'static str)>),
    /// There is no such entry.
    #[error("no such entry")]
    NotFound,
    /// The journal refuses.
    #[error("the journal refuses: {0:?}")]
    Refused(Refusal),
    /// The outside failed.
    #[error(transparent)]
    Failure(#[from] Failure),
}
