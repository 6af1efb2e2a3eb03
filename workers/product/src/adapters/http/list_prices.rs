//! `GET /products/sku/{sku}/prices`. One query.

use kernel::text::Sku;
use kernel::{Money, Timestamp};
use schemars::JsonSchema;
use serde::Serialize;
use web::{Context, List, Page, Path, Problem, Query, Reply, Route, list};

use super::{grants, numeric};
use crate::adapters::store::Store;

pub(super) fn routes() -> Vec<Route> {
    let summary = "List every retail price that a variant had, the newest first.";
    vec![Route::get("/products/sku/{sku}/prices", grants::COST_READ, summary, handle)]
}

#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct PastPrice {
    #[serde(skip)]
    seq: i64,
    /// Null for the first.
    previous_price: Option<Money>,
    price: Money,
    changed_at: Timestamp,
}

/// An unknown SKU has no prices.
async fn handle(
    context: Context,
    Path(sku): Path<Sku>,
    Query(page): Query<Page>,
) -> Result<Reply<List<PastPrice>>, Problem> {
    let before = numeric(page.cursor.as_ref())?.unwrap_or(kernel::money::MINOR_MAX);
    let found = Store::new(&context).list_price_history(&sku, before, page.limit).await?;
    let rows = found.into_iter().map(|past| PastPrice {
        seq: past.seq,
        previous_price: past.previous,
        price: past.price,
        changed_at: past.changed_at,
    });
    Ok(list(rows.collect(), page.limit, |row| row.seq.to_string()))
}
