//! `PUT /inventory/stock/reorder-point`.

use contracts::stock::ReorderPoint;
use web::{Answer, Context, Json, Present, Problem, ProblemCode, Reply, Route};

use super::grants;
use crate::adapters::store::Store;
use crate::application::set_reorder_point::{self, SetReorderPointError};

pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::put(
            "/inventory/stock/reorder-point",
            grants::INVENTORY_WRITE,
            "Set the units at which a warehouse should reorder a SKU.",
            set,
        )
        .audited()
        .problems(&[ProblemCode::NotFound]),
    ]
}

const ANSWER: Present<ReorderPoint> = Present::new(|point| Reply(point).into_response());

async fn set(context: Context, Json(point): Json<ReorderPoint>) -> Result<Reply<ReorderPoint>, Problem> {
    let points = Store::answering(&context, ANSWER);
    match set_reorder_point::set_reorder_point(&points, &point).await {
        Ok(()) => Ok(Reply(point)),
        Err(error @ SetReorderPointError::Units) => Err(Problem::field("/reorderPoint", error.to_string())),
        Err(SetReorderPointError::Unknown) => Err(Problem::not_found("stock")),
        Err(SetReorderPointError::Failure(failure)) => Err(failure.into()),
    }
}
