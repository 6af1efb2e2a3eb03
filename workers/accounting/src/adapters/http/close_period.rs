//! `POST /accounting/fiscal-periods/{id}/close`.

use kernel::ids::PeriodId;
use serde::Serialize;
use web::{Context, Path, Problem, Reply};

use crate::adapters::store::SqlPeriods;
use crate::adapters::views::PeriodView;
use crate::application::close_period::{ClosePeriodError, close_period};

/// Answers 200 with the closed period, 404, 409 `STATE_CONFLICT` when it was closed before.
pub(super) async fn handle(
    context: Context,
    Path(id): Path<PeriodId>,
) -> Result<Reply<impl Serialize>, Problem> {
    let period =
        close_period(&SqlPeriods::new(&context), id, context.now()).await.map_err(|error| match error {
            ClosePeriodError::NotFound => Problem::not_found("fiscal period"),
            ClosePeriodError::ClosedBefore => {
                Problem::state_conflict("This fiscal period was closed before.")
            }
            ClosePeriodError::Failure(failure) => failure.into(),
        })?;
    Ok(Reply(PeriodView::from(&period)))
}
