//! `POST /accounting/fiscal-periods/{id}/close`.

use kernel::ids::PeriodId;
use web::{Answer, Context, Path, Present, Problem, ProblemCode, Reply, Route};

use super::grants;
use crate::adapters::store::Store;
use crate::application::close_period::{ClosePeriodError, close_period};
use crate::domain::period::Period;

pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::post(
            "/accounting/fiscal-periods/{id}/close",
            grants::ACCOUNTING_WRITE,
            "Close a fiscal period.",
            handle,
        )
        .audited()
        .step_up()
        .details("Nothing can be posted into a closed period. It stays closed permanently.")
        .problems(&[ProblemCode::StateConflict]),
    ]
}

const CLOSED: Present<Period> = Present::new(|period| Reply(period).into_response());

async fn handle(context: Context, Path(id): Path<PeriodId>) -> Result<Reply<Period>, Problem> {
    let store = Store::answering(&context, CLOSED);
    let period = close_period(&store, id, context.now()).await.map_err(problem)?;
    Ok(Reply(period))
}

fn problem(error: ClosePeriodError) -> Problem {
    match error {
        ClosePeriodError::NotFound => Problem::not_found("fiscal period"),
        ClosePeriodError::ClosedBefore => Problem::state_conflict("This fiscal period was closed before."),
        ClosePeriodError::Failure(failure) => failure.into(),
    }
}
