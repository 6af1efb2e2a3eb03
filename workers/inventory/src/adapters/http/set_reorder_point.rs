//! `PUT /inventory/stock/reorder-point`.

use contracts::stock::ReorderPoint;
use web::{Context, Json, Problem, Reply};

use crate::adapters::store::SqlStock;
use crate::application::set_reorder_point::{SetReorderPointError, set_reorder_point};

/// Answers 200 with what is set, 404 when the warehouse does not keep the SKU, 422 for a wrong number.
pub(super) async fn handle(
    context: Context,
    Json(point): Json<ReorderPoint>,
) -> Result<Reply<ReorderPoint>, Problem> {
    match set_reorder_point(&SqlStock::new(&context), &point).await {
        Ok(()) => Ok(Reply(point)),
        Err(error @ SetReorderPointError::Units) => Err(Problem::field("/reorderPoint", error.to_string())),
        Err(SetReorderPointError::Unknown) => Err(Problem::not_found("stock")),
        Err(SetReorderPointError::Failure(failure)) => Err(failure.into()),
    }
}
