//! Adds an account to the chart.

use kernel::Failure;

use super::ports::{Added, Chart};
use crate::domain::account::Account;

/// Why no account was added.
#[derive(Debug, thiserror::Error)]
pub enum OpenAccountError {
    /// The code is taken.
    #[error("the code is taken")]
    Exists,
    /// The parent is no header of the same type.
    #[error("the parent is no header of the same type")]
    NoSuchHeader,
    /// The outside failed.
    #[error(transparent)]
    Failure(#[from] Failure),
}

/// Adds one account.
pub async fn open_account(chart: &impl Chart, account: &Account) -> Result<(), OpenAccountError> {
    match chart.add(account).await? {
        Added::Done => Ok(()),
        Added::Exists => Err(OpenAccountError::Exists),
        Added::NoSuchHeader => Err(OpenAccountError::NoSuchHeader),
    }
}
