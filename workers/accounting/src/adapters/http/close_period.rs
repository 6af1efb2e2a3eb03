//! `POST /accounting/fiscal-periods/{id}/close`.

use kernel::ids::PeriodId;
use web::{Context, Path, Problem, ProblemCode, Reply, Route};

use super::grants;
use super::views::{PERIOD_CLOSED, PeriodView};
use crate::adapters::store::Store;
use crate::application::close_period::{ClosePeriodError, close_period};

pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::post(
            "/accounting/fiscal-periods/{id}/close",
            grants::ACCOUNTING_WRITE,
            "Close a fiscal period.",
            handle,
        )
        .details("Nothing posts into a closed period, and it stays closed.")
        .problems(&[ProblemCode::StateConflict]),
    ]
}

async fn handle(context: Context, Path(id): Path<PeriodId>) -> Result<Reply<PeriodView>, Problem> {
    let period = close_period(&Store::answering(&context, PERIOD_CLOSED), id, context.now()).await.map_err(
        |error| match error {
            ClosePeriodError::NotFound => Problem::not_found("fiscal period"),
            ClosePeriodError::ClosedBefore => {
                Problem::state_conflict("This fiscal period was closed before.")
            }
            ClosePeriodError::Failure(failure) => failure.into(),
        },
    )?;
    Ok(Reply(PeriodView::from(&period)))
}
