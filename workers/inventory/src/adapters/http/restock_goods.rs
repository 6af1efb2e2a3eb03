//! `POST /internal/stock/restock`, for the order service only.

use contracts::stock::{GoodsRestocked, RestockGoods};
use web::{Context, Grant, Json, Problem, ProblemCode, Reply, Route};

use super::problems;
use crate::adapters::store::SqlStock;
use crate::application::restock_goods::{self, RestockGoodsError};

pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::post("/internal/stock/restock", Grant::INTERNAL, "Put the goods of a refund back.", restock)
            .details(
                "Once per refund: the same refund gets the same answer, with the value each line put back.",
            )
            .problems(&[ProblemCode::StateConflict]),
    ]
}

async fn restock(
    context: Context,
    Json(request): Json<RestockGoods>,
) -> Result<Reply<GoodsRestocked>, Problem> {
    if request.currency != context.currency() {
        return Err(Problem::field("/currency", "must be the currency of the books"));
    }
    let currency = context.currency();
    let restocked = restock_goods::restock_goods(&SqlStock::new(&context), &request, currency).await;
    restocked.map(Reply).map_err(problem)
}

fn problem(error: RestockGoodsError) -> Problem {
    match error {
        RestockGoodsError::Lines(error) => problems::lines(&error),
        RestockGoodsError::Cost(line) => {
            let detail = "must not be negative, and in the currency of the books";
            Problem::field(format!("/items/{line}/cost"), detail)
        }
        RestockGoodsError::UnknownWarehouse => problems::unknown_warehouse("/warehouseId"),
        RestockGoodsError::UnknownSkus(lines) => problems::unknown_skus(&lines),
        RestockGoodsError::Conflict => Problem::state_conflict("This refund was restocked with other items."),
        RestockGoodsError::TooMuch => problems::too_much(),
        RestockGoodsError::Failure(failure) => failure.into(),
    }
}
