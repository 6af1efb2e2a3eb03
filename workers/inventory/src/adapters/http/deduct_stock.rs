//! `POST /inventory/deduct`, for the order service only.

use contracts::stock::{DeductStock, StockDeducted};
use web::{Context, Grant, Json, Problem, ProblemCode, Reply, Route};

use super::problems;
use crate::adapters::store::SqlStock;
use crate::application::deduct_stock::{self, DeductStockError};

pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::post("/inventory/deduct", Grant::INTERNAL, "Take the stock of an order.", deduct)
            .details(
                "All lines or none, once per order: the same order gets the same answer, with the cost of each \
                 line. An order that is refused stays refused, unless its goods have left already.",
            )
            .problems(&[ProblemCode::OutOfStock, ProblemCode::StateConflict]),
    ]
}

async fn deduct(context: Context, Json(request): Json<DeductStock>) -> Result<Reply<StockDeducted>, Problem> {
    deduct_stock::deduct_stock(&SqlStock::new(&context), &request).await.map(Reply).map_err(problem)
}

fn problem(error: DeductStockError) -> Problem {
    match error {
        DeductStockError::Lines(error) => problems::lines(&error),
        DeductStockError::OutOfStock(availability) => problems::out_of_stock(&availability),
        DeductStockError::UnknownWarehouse => problems::unknown_warehouse("/warehouseId"),
        DeductStockError::UnknownSkus(lines) => problems::unknown_skus(&lines),
        DeductStockError::Conflict => Problem::state_conflict("This order asked for other items before."),
        DeductStockError::TooMuch => problems::too_much(),
        DeductStockError::Failure(failure) => failure.into(),
    }
}
