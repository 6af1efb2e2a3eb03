//! Reconciliation runs over SQL.

use contracts::ops::Check;
use kernel::ids::ReconciliationId;
use kernel::{Cursor, Failure, Limit, Timestamp};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use store::{DatabaseError, Rows, json, values};
use web::Context;

use super::{Store, sql_reconciliations as sql};
use crate::application::ports::Reconciliations;
use crate::domain::reconciliation::{Lane, Run};

#[derive(Deserialize)]
struct RunRow {
    id: ReconciliationId,
    started_at: Timestamp,
    started_by: String,
    finished_at: Option<Timestamp>,
    slices: i64,
    lanes: String,
    checks: String,
}

impl TryFrom<RunRow> for Run {
    type Error = DatabaseError;

    fn try_from(row: RunRow) -> Result<Self, DatabaseError> {
        let unreadable = |error: serde_json::Error| DatabaseError::Shape(format!("run {}: {error}", row.id));
        let lanes: Vec<Lane> = serde_json::from_str(&row.lanes).map_err(unreadable)?;
        let checks: Vec<Check> = serde_json::from_str(&row.checks).map_err(unreadable)?;
        let RunRow { id, started_at, started_by, finished_at, slices, .. } = row;
        Ok(Self { id, started_at, started_by, finished_at, slices, lanes, checks })
    }
}

fn run(rows: Rows) -> Result<Option<Run>, DatabaseError> {
    rows.first::<RunRow>()?.map(Run::try_from).transpose()
}

impl<T: Sync> Reconciliations for Store<'_, T> {
    async fn under_way(&self) -> Result<Option<Run>, Failure> {
        Ok(run(self.context.query(sql::FIND_RUN_UNDER_WAY.bind([])).await?)?)
    }

    async fn find_run(&self, id: ReconciliationId) -> Result<Option<Run>, Failure> {
        Ok(run(self.context.query(sql::FIND_RUN.bind(values![id])).await?)?)
    }

    async fn has_begun_since(&self, time: Timestamp) -> Result<bool, Failure> {
        Ok(!self.context.query(sql::FIND_RUN_SINCE.bind(values![time])).await?.is_empty())
    }

    async fn begin(&self, run: Run) -> Result<Run, Failure> {
        let context = self.context;
        let mut unit = self.unremembered();
        unit.push(sql::INSERT_RUN.bind(values![
            run.id,
            run.started_at,
            run.started_by.as_str(),
            json(&run.lanes),
            json(&run.checks)
        ]));
        match context.commit(unit).await {
            Ok(_) => Ok(run),
            Err(error) if error.rule() == Some("reconciliation_runs_one_at_a_time") => {
                let faster = self.under_way().await?;
                // It may have finished in the meantime. Then there is none, and the next attempt starts one.
                faster.ok_or_else(|| error.into())
            }
            Err(error) => Err(error.into()),
        }
    }

    async fn keep(&self, run: &Run) -> Result<(), Failure> {
        let mut unit = self.unremembered();
        unit.push(sql::KEEP_RUN.bind(values![
            run.id,
            run.finished_at,
            run.slices,
            json(&run.lanes),
            json(&run.checks)
        ]));
        match self.context.commit(unit).await {
            // Another slice was faster: its stored result is just as good.
            Err(error) if error.rule() == Some("reconciliation_runs_slices") => Ok(()),
            done => Ok(done.map(drop)?),
        }
    }
}

/// A run in a list.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all(serialize = "camelCase"))]
#[schemars(rename = "ReconciliationRunSummary")]
pub(crate) struct RunSummary {
    pub(crate) id: ReconciliationId,
    pub(crate) started_at: Timestamp,
    /// A user's id, or `gateway` for the nightly run.
    started_by: String,
    /// None while it is running.
    finished_at: Option<Timestamp>,
    /// Whether nothing has failed so far.
    ok: bool,
}

/// A page of runs, the newest first.
pub(crate) async fn list_runs(
    context: &Context,
    cursor: Option<&Cursor>,
    limit: Limit,
) -> Result<Vec<RunSummary>, DatabaseError> {
    // `~` comes after every character of a time and of an id.
    let (time, id) = cursor.and_then(|cursor| cursor.key().split_once('|')).unwrap_or(("~", "~"));
    context.query(sql::LIST_RUNS.bind(values![time, id, limit.rows().saturating_add(1)])).await?.read()
}
