//! `/ops/reconciliation`: whether the data of the services agrees.

use contracts::ops::Check;
use kernel::Timestamp;
use kernel::ids::ReconciliationId;
use schemars::JsonSchema;
use serde::Serialize;
use web::{Accepted, Context, List, Page, Path, Problem, Query, Reply, Route};

use super::grants;
use crate::adapters::peers::Peers;
use crate::adapters::store::{RunSummary, Store, list_runs};
use crate::application::ports::Reconciliations;
use crate::application::reconcile;
use crate::domain::reconciliation::{Run, Subject};

pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::get(
            "/api/ops/reconciliation",
            grants::OPS_READ,
            "Compare the services' data about sales, stock and the books.",
            look,
        )
        .details(
            "Answers 200 whatever it finds: `ok` says whether anything failed. One request checks about 20,000 sales; \
             when `complete` is false, start a run, which checks all of them.",
        ),
        Route::post_unkeyed(
            "/api/ops/reconciliation/runs",
            grants::OPS_READ,
            "Start a reconciliation run, which checks everything.",
            start_reconciliation,
        )
        .details(
            "It continues automatically, one slice each minute. A run also starts every night. While a run is in \
             progress, that run is returned.",
        ),
        Route::get(
            "/api/ops/reconciliation/runs",
            grants::OPS_READ,
            "List the reconciliation runs, the newest first.",
            list_reconciliations,
        ),
        Route::get(
            "/api/ops/reconciliation/runs/{id}",
            grants::OPS_READ,
            "Show a reconciliation run: its progress, and what it found.",
            show_reconciliation,
        ),
    ]
}

#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Reconciliation")]
struct ReconciliationJson {
    /// Whether no check failed.
    ok: bool,
    /// Whether everything was checked.
    complete: bool,
    checks: Vec<Check>,
}

#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "ReconciliationRun")]
struct RunJson {
    id: ReconciliationId,
    started_at: Timestamp,
    /// A user's id, or `gateway` for the nightly run.
    started_by: String,
    /// None while it is running.
    finished_at: Option<Timestamp>,
    /// Whether nothing has failed so far.
    ok: bool,
    /// What is not completely checked yet: names of services, `sales`, `present`.
    #[schemars(with = "Vec<String>")]
    left: Vec<Subject>,
    /// What was checked so far; `checked` grows while the run continues. A sale that changed in the two minutes before
    /// the run started is left to the next run.
    checks: Vec<Check>,
}

impl From<&Run> for RunJson {
    fn from(run: &Run) -> Self {
        Self {
            id: run.id,
            started_at: run.started_at,
            started_by: run.started_by.clone(),
            finished_at: run.finished_at,
            ok: run.is_ok(),
            left: run.lanes.iter().map(|lane| lane.subject).collect(),
            checks: run.checks.clone(),
        }
    }
}

async fn look(context: Context) -> Result<Reply<ReconciliationJson>, Problem> {
    let (peers, store) = (Peers::new(&context), Store::new(&context));
    let run = reconcile::look(&peers, &store, context.now(), context.calls_left()).await;
    Ok(Reply(ReconciliationJson { ok: run.is_ok(), complete: run.lanes.is_empty(), checks: run.checks }))
}

async fn start_reconciliation(context: Context) -> Result<Accepted<RunJson>, Problem> {
    let (runs, by) = (Store::new(&context), context.caller.subject.as_str());
    let run = reconcile::start(&runs, context.new_id()?, by, context.now()).await?;
    let begun = Accepted(RunJson::from(&run));
    // If this slice fails, the next cron run continues it.
    let (house, letters) = (Peers::new(&context), Store::new(&context));
    let slice = reconcile::go_on(&runs, &house, &letters, run, context.now(), context.calls_left()).await;
    if let Err(failure) = slice {
        context.log("warn", &[("reconciliation", failure.to_string().into())]);
    }
    Ok(begun)
}

async fn list_reconciliations(
    context: Context,
    Query(page): Query<Page>,
) -> Result<Reply<List<RunSummary>>, Problem> {
    let runs = list_runs(&context, page.cursor.as_ref(), page.limit).await?;
    Ok(web::list(runs, page.limit, |run| format!("{}|{}", run.started_at, run.id)))
}

async fn show_reconciliation(
    context: Context,
    Path(id): Path<ReconciliationId>,
) -> Result<Reply<RunJson>, Problem> {
    let run = Store::new(&context).find_run(id).await?;
    run.map(|run| Reply(RunJson::from(&run))).ok_or_else(|| Problem::not_found("run"))
}
