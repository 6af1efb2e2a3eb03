//! `POST /inventory/adjustments` and `GET /inventory/adjustments/{id}`.

use contracts::stock::{AdjustStock, Adjustment};
use kernel::ids::AdjustmentId;
use web::{Context, Created, FieldError, Json, Path, Problem, Reply};

use super::{lines_problem, refused, too_much};
use crate::adapters::store::{SqlStock, find_adjustment};
use crate::application::adjust_stock::{AdjustStockError, adjust_stock};

/// Answers 201 with the value of each line, 409 `OUT_OF_STOCK` with the availability of each line that takes
/// goods away, 409 `STATE_CONFLICT` when the id is another adjustment's, 422 with every wrong field.
pub(super) async fn handle(
    context: Context,
    Json(request): Json<AdjustStock>,
) -> Result<Created<Adjustment>, Problem> {
    let currency = context.currency();
    adjust_stock(&SqlStock::new(&context), &request, currency).await.map(Created).map_err(problem)
}

fn problem(error: AdjustStockError) -> Problem {
    match error {
        AdjustStockError::Lines(error) => lines_problem(&error),
        AdjustStockError::Invalid(faults) => Problem::validation(
            faults
                .iter()
                .map(|fault| FieldError::new(format!("/items/{}/{}", fault.line, fault.field), fault.detail))
                .collect(),
        ),
        AdjustStockError::Refused(refusal) => refused(&refusal),
        AdjustStockError::Conflict => Problem::state_conflict("This id is another adjustment's."),
        AdjustStockError::TooMuch => too_much(),
        AdjustStockError::Failure(failure) => failure.into(),
    }
}

/// Answers 200 with what was booked, or 404.
pub(super) async fn find(
    context: Context,
    Path(id): Path<AdjustmentId>,
) -> Result<Reply<Adjustment>, Problem> {
    find_adjustment(&context, id).await?.map(Reply).ok_or_else(|| Problem::not_found("adjustment"))
}
