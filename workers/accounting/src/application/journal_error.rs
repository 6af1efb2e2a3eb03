//! Why the journal did not take what it was given: one enum for the three use cases that write by hand.

use kernel::Failure;

use super::ports::Refusal;
use crate::domain::entry::LinesError;

/// Why nothing was written.
#[derive(Debug, thiserror::Error)]
pub enum JournalError {
    /// The lines make no entry.
    #[error(transparent)]
    Lines(#[from] LinesError),
    /// These lines, by index, stand on accounts that take none.
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
