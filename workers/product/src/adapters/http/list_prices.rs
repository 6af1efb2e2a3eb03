//! `GET /products/sku/{sku}/prices`: every retail price the variant had, the newest first. One query.

use kernel::text::Sku;
use kernel::{Money, Timestamp};
use serde::Serialize;
use web::{Context, Page, Path, Problem, Query, Reply, list};

use super::numeric;
use crate::adapters::store::list_price_history;

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct PastPriceJson {
    #[serde(skip)]
    seq: i64,
    previous_price: Option<Money>,
    price: Money,
    changed_at: Timestamp,
}

/// Answers 200; an unknown SKU has no prices.
pub(super) async fn handle(
    context: Context,
    Path(sku): Path<Sku>,
    Query(page): Query<Page>,
) -> Result<Reply<impl Serialize>, Problem> {
    let before = numeric(page.cursor.as_ref())?.unwrap_or(kernel::money::MINOR_MAX);
    let found = list_price_history(&context, &sku, before, page.limit).await?;
    let rows = found.into_iter().map(|past| PastPriceJson {
        seq: past.seq,
        previous_price: past.previous,
        price: past.price,
        changed_at: past.changed_at,
    });
    Ok(list(rows.collect(), page.limit, |row| row.seq.to_string()))
}
