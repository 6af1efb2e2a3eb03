//! `GET /internal/reconciliation/sales` and `/internal/summary`.

use contracts::ops::{SalesPage, SalesSummary};
use kernel::Cursor;
use schemars::JsonSchema;
use serde::Deserialize;
use web::{Context, Grant, Problem, Query, Reply, Route};

use crate::adapters::store::Store;

/// Digests of a page, unless told.
const DIGESTS: u16 = 200;
/// Digests of a page at most.
const DIGESTS_MAX: u16 = 1000;

pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::get(
            "/internal/reconciliation/sales",
            Grant::INTERNAL,
            "Tell what was sold and given back, for the comparison with inventory and the books.",
            sales,
        )
        .details("Orders, then refunds, by id."),
        Route::get(
            "/internal/summary",
            Grant::INTERNAL,
            "Tell today's sales by channel, and how many orders wait for payment.",
            summary,
        ),
    ]
}

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct SalesQuery {
    cursor: Option<Cursor>,
    /// Rows, 200 unless told.
    #[schemars(with = "Option<u16>", range(min = 1, max = DIGESTS_MAX))]
    limit: Option<String>,
}

async fn sales(context: Context, Query(query): Query<SalesQuery>) -> Result<Reply<SalesPage>, Problem> {
    let limit = match query.limit {
        None => DIGESTS,
        Some(text) => {
            text.parse().ok().filter(|limit| (1..=DIGESTS_MAX).contains(limit)).ok_or_else(|| {
                Problem::field("limit", format!("must be a whole number from 1 to {DIGESTS_MAX}"))
            })?
        }
    };
    let after = query.cursor.as_ref().map(Cursor::key);
    Ok(Reply(Store::new(&context).sales_page(after, usize::from(limit)).await?))
}

async fn summary(context: Context) -> Result<Reply<SalesSummary>, Problem> {
    Ok(Reply(Store::new(&context).summarise().await?))
}
