//! Renames an account, or changes its status. Its type never changes.

use kernel::text::{Code, Name};

use super::ports::Chart;
use crate::domain::account::{Account, AccountStatus};

pub use super::ports::ChangeAccountError;

/// Changes one account. `read_version` is the version that the caller has read; none: the current version, whatever it
/// is.
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
    chart.change(&changed, version).await?;
    Ok(changed)
}
