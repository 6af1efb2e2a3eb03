//! `POST /internal/reconciliation/lookup`: what is booked of these orders and refunds.

use contracts::ops::{LookupSales, SalesFound};
use platform::Platform;
use web::{Context, Json, Problem, Reply};

use crate::adapters::store::lookup_sales;

/// Answers 200 with those that are booked.
pub(super) async fn handle<P: Platform>(
    context: Context<P>,
    Json(request): Json<LookupSales>,
) -> Result<Reply<SalesFound>, Problem> {
    Ok(Reply(lookup_sales(&context, &request).await?))
}
