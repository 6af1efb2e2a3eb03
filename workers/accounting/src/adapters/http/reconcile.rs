//! `GET /internal/reconciliation`: the books against themselves.

use contracts::ops::ServiceReconciliation;
use platform::Platform;
use web::{Context, Problem, Reply};

use crate::adapters::store::reconcile;

/// Answers 200 with every check and what fails.
pub(super) async fn handle<P: Platform>(
    context: Context<P>,
) -> Result<Reply<ServiceReconciliation>, Problem> {
    Ok(Reply(reconcile(&context).await?))
}
