//! The gateway's queries for its dashboard and its reconciliation.

use contracts::ops::{LookupSales, SalesFound, StockSummary};
use web::{Context, Grant, Json, Problem, Reply, Route};

use crate::adapters::store;

pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::get("/internal/summary", Grant::INTERNAL, "Show the figures of the day.", summarise),
        Route::post("/internal/reconciliation/lookup", Grant::INTERNAL, "Look up orders and refunds.", look_up)
            .details(
                "What is known about each order or refund: one operation, its units, its cost. Missing units of an \
                 offline sale are part of the sale; the variance that added them is not.",
            ),
    ]
}

/// The most ids in one request.
const IDS_MAX: usize = 5000;

async fn summarise(context: Context) -> Result<Reply<StockSummary>, Problem> {
    Ok(Reply(store::summarise(&context).await?))
}

async fn look_up(context: Context, Json(request): Json<LookupSales>) -> Result<Reply<SalesFound>, Problem> {
    if request.ids.len() > IDS_MAX {
        return Err(Problem::field("/ids", format!("must have at most {IDS_MAX} ids")));
    }
    Ok(Reply(store::look_up_sales(&context, &request).await?))
}
