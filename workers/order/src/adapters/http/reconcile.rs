//! `GET /internal/reconciliation`, `/internal/reconciliation/sales` and `/internal/summary`.

use contracts::ops::{SalesPage, SalesSummary, ServiceReconciliation};
use kernel::Cursor;
use serde::Deserialize;
use web::{Context, Problem, Query, Reply};

use crate::adapters::store::audit;

/// Digests of a page, unless told.
const DIGESTS: u16 = 200;
/// Digests of a page at most.
const DIGESTS_MAX: u16 = 1000;

/// What this service can check alone.
pub(super) async fn checks(context: Context) -> Result<Reply<ServiceReconciliation>, Problem> {
    Ok(Reply(audit::reconcile(&context).await?))
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct SalesQuery {
    cursor: Option<Cursor>,
    limit: Option<String>,
}

/// Orders, then refunds, by id: for the comparison with inventory and the books.
pub(super) async fn sales(
    context: Context,
    Query(query): Query<SalesQuery>,
) -> Result<Reply<SalesPage>, Problem> {
    let limit = match query.limit {
        None => DIGESTS,
        Some(text) => {
            text.parse().ok().filter(|limit| (1..=DIGESTS_MAX).contains(limit)).ok_or_else(|| {
                Problem::field("limit", format!("must be a whole number from 1 to {DIGESTS_MAX}"))
            })?
        }
    };
    Ok(Reply(audit::sales_page(&context, query.cursor.as_ref().map(Cursor::key), usize::from(limit)).await?))
}

/// Today's sales by channel, and how many orders wait for payment.
pub(super) async fn summary(context: Context) -> Result<Reply<SalesSummary>, Problem> {
    Ok(Reply(audit::summarise(&context).await?))
}
