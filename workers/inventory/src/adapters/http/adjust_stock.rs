//! `POST /inventory/adjustments` and `GET /inventory/adjustments/{id}`.

use contracts::stock::{AdjustStock, Adjustment};
use kernel::ids::AdjustmentId;
use web::{Context, Created, FieldError, Json, Path, Problem, ProblemCode, Reply, Route};

use super::{grants, problems};
use crate::adapters::store::{SqlStock, find_adjustment};
use crate::application::adjust_stock::{self, AdjustStockError};

pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::post("/inventory/adjustments", grants::INVENTORY_WRITE, "Adjust stock for a reason.", adjust)
            .details(
                "All lines or none. The same id is the same adjustment. The answer has the value of each line; \
                 goods that leave, and goods that are found, have the value of the moving average.",
            )
            .problems(&[ProblemCode::OutOfStock, ProblemCode::StateConflict]),
        Route::get("/inventory/adjustments/{id}", grants::INVENTORY_READ, "Show a booked adjustment.", find),
    ]
}

async fn adjust(context: Context, Json(request): Json<AdjustStock>) -> Result<Created<Adjustment>, Problem> {
    let currency = context.currency();
    let adjusted = adjust_stock::adjust_stock(&SqlStock::new(&context), &request, currency).await;
    adjusted.map(Created).map_err(problem)
}

async fn find(context: Context, Path(id): Path<AdjustmentId>) -> Result<Reply<Adjustment>, Problem> {
    find_adjustment(&context, id).await?.map(Reply).ok_or_else(|| Problem::not_found("adjustment"))
}

fn problem(error: AdjustStockError) -> Problem {
    match error {
        AdjustStockError::Lines(error) => problems::lines(&error),
        AdjustStockError::Invalid(faults) => Problem::validation(
            faults
                .iter()
                .map(|fault| FieldError::new(format!("/items/{}/{}", fault.line, fault.field), fault.detail))
                .collect(),
        ),
        AdjustStockError::Refused(refusal) => problems::refused(&refusal),
        AdjustStockError::Conflict => Problem::state_conflict("This id is another adjustment's."),
        AdjustStockError::TooMuch => problems::too_much(),
        AdjustStockError::Failure(failure) => failure.into(),
    }
}
