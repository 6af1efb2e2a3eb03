//! `POST /inventory/deduct`, for the order service only.

use contracts::stock::{DeductStock, StockDeducted};
use platform::Platform;
use web::{Context, Json, Problem, Reply};

use crate::adapters::store::SqlStock;
use crate::application::deduct_stock::{DeductStockError, deduct_stock};

/// Answers 200 with the cost of each line, 409 `OUT_OF_STOCK` with the availability of each line, 409
/// `STATE_CONFLICT` when the order id was used with other items, 422 for a SKU that stands twice.
pub(super) async fn handle<P: Platform>(
    context: Context<P>,
    Json(request): Json<DeductStock>,
) -> Result<Reply<StockDeducted>, Problem> {
    deduct_stock(&SqlStock::new(&context), &request).await.map(Reply).map_err(problem)
}

fn problem(error: DeductStockError) -> Problem {
    match error {
        DeductStockError::DuplicateSku(sku) => Problem::field("/items", format!("has the SKU {sku} twice")),
        DeductStockError::OutOfStock(availability) => {
            Problem::new(409, "OUT_OF_STOCK", "There is not enough stock for every line.")
                .with("availability", &availability)
        }
        DeductStockError::Conflict => Problem::state_conflict("This order was deducted with other items."),
        DeductStockError::Failure(failure) => failure.into(),
    }
}
