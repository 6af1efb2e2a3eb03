//! `POST /internal/reconciliation/lookup`: what is booked of these orders and refunds.

use contracts::ops::{LookupSales, SalesFound};
use web::{Context, Json, Problem, Reply};

use crate::adapters::store::lookup_sales;

/// Answers 200 with those that are booked.
pub(super) async fn handle(
    context: Context,
    Json(request): Json<LookupSales>,
) -> Result<Reply<SalesFound>, Problem> {
    Ok(Reply(lookup_sales(&context, &request).await?))
}
