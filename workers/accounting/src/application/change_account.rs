//! Renames an account, or puts it into or out of use. What it is about is for ever.

use kernel::Failure;
use kernel::text::{Code, Name};

use super::ports::{Changed, Chart};
use crate::domain::account::{Account, AccountStatus};

/// Why the account is as it was.
#[derive(Debug, thiserror::Error)]
pub enum ChangeAccountError {
    /// There is no such account.
    #[error("no such account")]
    NotFound,
    /// It changed since the caller read it.
    #[error("the account changed meanwhile")]
    Stale,
    /// An account with a balance cannot be archived.
    #[error("the account has a balance")]
    HasBalance,
    /// A header with accounts in use cannot be archived.
    #[error("the header has accounts in use")]
    HasChildren,
    /// Source events book on it.
    #[error("the account is the system's")]
    System,
    /// The outside failed.
    #[error(transparent)]
    Failure(#[from] Failure),
}

/// Changes one account. `read_version` is the version the caller has seen; none: whatever it is now.
pub async fn change_account(
    chart: &impl Chart,
    code: &Code,
    name: Name,
    status: AccountStatus,
    read_version: Option<i64>,
) -> Result<Account, ChangeAccountError> {
    let account = chart.find(code).await?.ok_or(ChangeAccountError::NotFound)?;
    let version = read_version.unwrap_or(account.version);
    let changed = Account { name, status, version: version.saturating_add(1), ..account };
    match chart.change(&changed, version).await? {
        Changed::Done => Ok(changed),
        Changed::Stale => Err(ChangeAccountError::Stale),
        Changed::HasBalance => Err(ChangeAccountError::HasBalance),
        Changed::HasChildren => Err(ChangeAccountError::HasChildren),
        Changed::System => Err(ChangeAccountError::System),
    }
}
