//! `POST /internal/stock/restock`, for the order service only.

use contracts::stock::{GoodsRestocked, RestockGoods};
use web::{Context, Json, Problem, Reply};

use super::{lines_problem, too_much, unknown_skus, unknown_warehouse};
use crate::adapters::store::SqlStock;
use crate::application::restock_goods::{RestockGoodsError, restock_goods};

/// Answers 200 with the value each line put back, 409 `STATE_CONFLICT` when the refund id was used with
/// other items, 422 for what cannot be.
pub(super) async fn handle(
    context: Context,
    Json(request): Json<RestockGoods>,
) -> Result<Reply<GoodsRestocked>, Problem> {
    if request.currency != context.currency() {
        return Err(Problem::field("/currency", "must be the currency of the books"));
    }
    let currency = context.currency();
    restock_goods(&SqlStock::new(&context), &request, currency).await.map(Reply).map_err(problem)
}

fn problem(error: RestockGoodsError) -> Problem {
    match error {
        RestockGoodsError::Lines(error) => lines_problem(&error),
        RestockGoodsError::Cost(line) => {
            let detail = "must not be negative, and in the currency of the books";
            Problem::field(format!("/items/{line}/cost"), detail)
        }
        RestockGoodsError::UnknownWarehouse => unknown_warehouse("/warehouseId"),
        RestockGoodsError::UnknownSkus(lines) => unknown_skus(&lines),
        RestockGoodsError::Conflict => Problem::state_conflict("This refund was restocked with other items."),
        RestockGoodsError::TooMuch => too_much(),
        RestockGoodsError::Failure(failure) => failure.into(),
    }
}
