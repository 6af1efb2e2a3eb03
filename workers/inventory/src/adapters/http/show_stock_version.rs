//! `GET /internal/stock/version`, for the gateway, which keeps the shop's pages. One query of one row.

use contracts::stock::StockVersion;
use web::{Context, Grant, Problem, Reply, Route};

use crate::adapters::store::shown_stock_version;

pub(super) fn routes() -> Vec<Route> {
    let summary = "Show which version of the stock that shoppers see is current.";
    vec![Route::get("/internal/stock/version", Grant::INTERNAL, summary, handle)]
}

async fn handle(context: Context) -> Result<Reply<StockVersion>, Problem> {
    Ok(Reply(shown_stock_version(&context).await?))
}
