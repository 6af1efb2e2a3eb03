//! `GET /internal/summary`, `GET /internal/reconciliation` and its `POST …/lookup`.

use contracts::ops::{LookupSales, SalesFound, ServiceReconciliation, StockSummary};
use web::{Context, Json, Problem, Reply};

use crate::adapters::store;

/// The most ids of one question.
const IDS_MAX: usize = 5000;

/// Answers the figures of the day.
pub(super) async fn summarise(context: Context) -> Result<Reply<StockSummary>, Problem> {
    Ok(Reply(store::summarise(&context).await?))
}

/// Answers this service's checks. They read everything: for the audit, not for every day's page.
pub(super) async fn reconcile(context: Context) -> Result<Reply<ServiceReconciliation>, Problem> {
    Ok(Reply(store::reconcile(&context).await?))
}

/// Answers what is known of each order or refund: one operation, its units, its cost. Units that an offline
/// sale was short of are part of the sale; the variance that brought them in is not.
pub(super) async fn look_up(
    context: Context,
    Json(request): Json<LookupSales>,
) -> Result<Reply<SalesFound>, Problem> {
    if request.ids.len() > IDS_MAX {
        return Err(Problem::field("/ids", format!("must have at most {IDS_MAX} ids")));
    }
    Ok(Reply(store::look_up_sales(&context, &request).await?))
}
