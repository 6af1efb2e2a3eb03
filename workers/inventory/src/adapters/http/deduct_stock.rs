//! `POST /inventory/deduct`, for the order service only.

use contracts::stock::{DeductStock, StockDeducted};
use web::{Answer, Context, Grant, Json, Present, Problem, ProblemCode, Reply, Route};

use super::problems;
use crate::adapters::store::Store;
use crate::application::deduct_stock::{self, DeductStockError};
use crate::application::ports::Decision;

pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::post("/inventory/deduct", Grant::INTERNAL, "Deduct the stock of an order.", deduct)
            .details(
                "All lines or none, once per order: the same order gets the same answer, with the cost of each line. An \
                 order that is refused stays refused, unless its goods have already left.",
            )
            .problems(&[ProblemCode::OutOfStock, ProblemCode::StateConflict]),
    ]
}

const ANSWER: Present<Decision> = Present::new(|decision| match decision {
    Decision::Taken(deducted) => Reply(deducted).into_response(),
    Decision::Refused(availability) => Err(problems::out_of_stock(availability)),
});

async fn deduct(context: Context, Json(request): Json<DeductStock>) -> Result<Reply<StockDeducted>, Problem> {
    let stock = Store::answering(&context, ANSWER);
    deduct_stock::deduct_stock(&stock, &request).await.map(Reply).map_err(problem)
}

fn problem(error: DeductStockError) -> Problem {
    match error {
        DeductStockError::Lines(error) => problems::lines(&error),
        DeductStockError::Refused(refusal) => {
            problems::refused(refusal, "This order was already sent with other items.")
        }
    }
}
