//! `GET /internal/reconciliation/sales` and `/internal/summary`.

use contracts::ops::{SalesPage, SalesSummary};
use kernel::{Cursor, Timestamp};
use schemars::JsonSchema;
use serde::Deserialize;
use web::audit::PageSize;
use web::{Context, Grant, Problem, Query, Reply, Route};

use crate::adapters::store::Store;

pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::get(
            "/internal/reconciliation/sales",
            Grant::INTERNAL,
            "Show sales and refunds, for the comparison with inventory and the books.",
            sales,
        )
        .details("Orders, then refunds, by id."),
        Route::get(
            "/internal/summary",
            Grant::INTERNAL,
            "Show today's sales by channel, and how many orders wait for payment.",
            summary,
        ),
    ]
}

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct SalesQuery {
    cursor: Option<Cursor>,
    /// Rows, 5,000 by default.
    #[serde(default)]
    limit: PageSize,
    /// Leaves out sales that have changed since: their messages may still be on their way.
    before: Option<Timestamp>,
}

async fn sales(context: Context, Query(query): Query<SalesQuery>) -> Result<Reply<SalesPage>, Problem> {
    let after = query.cursor.as_ref().map(Cursor::key);
    Ok(Reply(Store::new(&context).sales_page(after, query.limit.rows(), query.before).await?))
}

async fn summary(context: Context) -> Result<Reply<SalesSummary>, Problem> {
    Ok(Reply(Store::new(&context).summarise().await?))
}
