//! `POST /internal/stock/restock`, for the order service only.

use contracts::stock::{GoodsRestocked, RestockGoods};
use web::{Answer, Context, Grant, Json, Present, Problem, ProblemCode, Reply, Route};

use super::problems;
use crate::adapters::store::Store;
use crate::application::restock_goods::{self, RestockGoodsError};

pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::post("/internal/stock/restock", Grant::INTERNAL, "Restock the goods of a refund.", restock)
            .details(
                "Once per refund: a retry gets the same answer, with the value that each line added to stock.",
            )
            .problems(&[ProblemCode::StateConflict]),
    ]
}

const ANSWER: Present<GoodsRestocked> = Present::new(|restocked| Reply(restocked).into_response());

async fn restock(
    context: Context,
    Json(request): Json<RestockGoods>,
) -> Result<Reply<GoodsRestocked>, Problem> {
    if request.currency != context.currency() {
        return Err(Problem::field("/currency", "must be the currency of the books"));
    }
    let stock = Store::answering(&context, ANSWER);
    restock_goods::restock_goods(&stock, &request, context.currency()).await.map(Reply).map_err(problem)
}

fn problem(error: RestockGoodsError) -> Problem {
    match error {
        RestockGoodsError::Lines(error) => problems::lines(&error),
        RestockGoodsError::Cost(line) => {
            let detail = "must not be negative, and in the currency of the books";
            Problem::field(format!("/items/{line}/cost"), detail)
        }
        RestockGoodsError::Refused(refusal) => {
            problems::refused(refusal, "This refund was already restocked with other items.")
        }
    }
}
