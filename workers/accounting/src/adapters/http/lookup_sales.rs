//! `POST /internal/reconciliation/lookup`: what is booked for these orders and refunds.

use contracts::ops::{LookupSales, SalesFound};
use web::{Context, Grant, Json, Problem, Reply, Route};

use crate::adapters::store::Store;

pub(super) fn routes() -> Vec<Route> {
    vec![Route::post(
        "/internal/reconciliation/lookup",
        Grant::INTERNAL,
        "Show what is booked for some orders and refunds.",
        handle,
    )]
}

async fn handle(context: Context, Json(request): Json<LookupSales>) -> Result<Reply<SalesFound>, Problem> {
    Ok(Reply(Store::new(&context).lookup_sales(&request).await?))
}
