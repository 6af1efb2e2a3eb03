//! Adds an account to the chart.

use super::ports::Chart;
use crate::domain::account::Account;

pub use super::ports::OpenAccountError;

/// Adds one account.
pub async fn open_account(chart: &impl Chart, account: &Account) -> Result<(), OpenAccountError> {
    chart.add(account).await
}
