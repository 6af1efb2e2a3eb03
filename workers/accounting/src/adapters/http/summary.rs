//! `GET /internal/summary`, for the dashboard.

use contracts::ops::BooksSummary;
use web::{Context, Problem, Reply};

use crate::adapters::store::summary;

/// Answers 200 with receivables, cash and the inventory account, from the balances.
pub(super) async fn handle(context: Context) -> Result<Reply<BooksSummary>, Problem> {
    Ok(Reply(summary(&context).await?))
}
