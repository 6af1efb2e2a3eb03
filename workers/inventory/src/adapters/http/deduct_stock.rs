//! `POST /inventory/deduct`, for the order service only.

use contracts::stock::{DeductStock, StockDeducted};
use web::{Context, Json, Problem, Reply};

use super::{lines_problem, out_of_stock, too_much, unknown_skus, unknown_warehouse};
use crate::adapters::store::SqlStock;
use crate::application::deduct_stock::{DeductStockError, deduct_stock};

/// Answers 200 with the cost of each line, 409 `OUT_OF_STOCK` with the availability of each line, 409
/// `STATE_CONFLICT` when the order id was used with other items, 422 for a SKU that stands twice and, when
/// a shortage is allowed, for what the catalogue has not told of.
pub(super) async fn handle(
    context: Context,
    Json(request): Json<DeductStock>,
) -> Result<Reply<StockDeducted>, Problem> {
    deduct_stock(&SqlStock::new(&context), &request).await.map(Reply).map_err(problem)
}

fn problem(error: DeductStockError) -> Problem {
    match error {
        DeductStockError::Lines(error) => lines_problem(&error),
        DeductStockError::OutOfStock(availability) => out_of_stock(&availability),
        DeductStockError::UnknownWarehouse => unknown_warehouse("/warehouseId"),
        DeductStockError::UnknownSkus(lines) => unknown_skus(&lines),
        DeductStockError::Conflict => Problem::state_conflict("This order asked for other items before."),
        DeductStockError::TooMuch => too_much(),
        DeductStockError::Failure(failure) => failure.into(),
    }
}
