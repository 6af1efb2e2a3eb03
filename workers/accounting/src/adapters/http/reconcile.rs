//! `GET /internal/reconciliation`: the books against themselves.

use contracts::ops::ServiceReconciliation;
use web::{Context, Grant, Problem, Reply, Route};

use crate::adapters::store::Store;

pub(super) fn routes() -> Vec<Route> {
    vec![Route::get(
        "/internal/reconciliation",
        Grant::INTERNAL,
        "Check the books against themselves.",
        handle,
    )]
}

async fn handle(context: Context) -> Result<Reply<ServiceReconciliation>, Problem> {
    Ok(Reply(Store::new(&context).reconcile().await?))
}
