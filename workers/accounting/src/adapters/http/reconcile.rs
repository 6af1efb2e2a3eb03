//! `GET /internal/reconciliation`: the books against themselves.

use contracts::ops::ServiceReconciliation;
use web::{Context, Problem, Reply};

use crate::adapters::store::reconcile;

/// Answers 200 with every check and what fails.
pub(super) async fn handle(context: Context) -> Result<Reply<ServiceReconciliation>, Problem> {
    Ok(Reply(reconcile(&context).await?))
}
