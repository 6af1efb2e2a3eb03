//! `GET /ops/reconciliation`.

use contracts::ops::Check;
use schemars::JsonSchema;
use serde::Serialize;
use web::{Context, Problem, Reply, Route};

use super::grants;
use crate::adapters::peers::Peers;
use crate::adapters::store::Store;
use crate::application::reconcile::reconcile;

pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::get(
            "/api/ops/reconciliation",
            grants::OPS_READ,
            "Compare what the services say of every sale, of the stock and of the books.",
            handle,
        )
        .details("Answers 200 whatever it finds: `ok` says whether anything failed."),
    ]
}

#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Reconciliation")]
struct ReconciliationJson {
    /// Whether no check failed.
    ok: bool,
    checks: Vec<Check>,
}

async fn handle(context: Context) -> Result<Reply<ReconciliationJson>, Problem> {
    let checks = reconcile(&Peers::new(&context), &Store::new(&context), context.now()).await;
    Ok(Reply(ReconciliationJson { ok: checks.iter().all(|check| check.ok), checks }))
}
