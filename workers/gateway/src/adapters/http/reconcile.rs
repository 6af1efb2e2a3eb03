//! `GET /ops/reconciliation`.

use contracts::ops::Check;
use serde::Serialize;
use web::{Context, Problem, Reply};

use crate::Gateway;
use crate::adapters::peers::Peers;
use crate::adapters::store::SqlLetters;
use crate::application::reconcile::reconcile;

#[derive(Serialize)]
pub(super) struct Answer {
    ok: bool,
    checks: Vec<Check>,
}

/// Answers 200 whatever it finds: `ok` says whether anything failed.
pub(super) async fn handle(context: Context) -> Result<Reply<Answer>, Problem> {
    let (peers, letters) = (Peers::<P, Gateway>::new(&context), SqlLetters::new(&context));
    let checks = reconcile(&peers, &letters, context.now()).await;
    Ok(Reply(Answer { ok: checks.iter().all(|check| check.ok), checks }))
}
