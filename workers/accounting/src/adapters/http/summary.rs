//! `GET /internal/summary`, for the dashboard.

use contracts::ops::BooksSummary;
use web::{Context, Grant, Problem, Reply, Route};

use crate::adapters::store::Store;

pub(super) fn routes() -> Vec<Route> {
    vec![Route::get(
        "/internal/summary",
        Grant::INTERNAL,
        "Show receivables, cash and the inventory account.",
        handle,
    )]
}

async fn handle(context: Context) -> Result<Reply<BooksSummary>, Problem> {
    Ok(Reply(Store::new(&context).summary().await?))
}
