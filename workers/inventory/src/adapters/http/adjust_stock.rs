//! `POST /inventory/adjustments` and `GET /inventory/adjustments/{id}`.

use contracts::stock::{AdjustStock, Adjustment};
use kernel::ids::AdjustmentId;
use kernel::text::{ShortText, Sku};
use web::duties::{Action, Deed, check, is_watched};
use web::{Answer, Context, Created, FieldError, Json, Path, Present, Problem, ProblemCode, Reply, Route};

use super::{grants, problems};
use crate::adapters::store::{Store, find_adjustment};
use crate::application::adjust_stock::{self, AdjustStockError, LINES_MAX};
use crate::application::ports::Holdings;
use crate::domain::adjustment::{faults, worth};

pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::post("/inventory/adjustments", grants::INVENTORY_WRITE, "Adjust stock, with a reason.", adjust).audited()
            .details(
                "All lines or none. Repeating the same id returns the same adjustment. The answer has the value of each \
                 line; removed goods and found goods are valued at the moving average.",
            )
            .shared_duty(Action::StockAdjustment)
            .problems(&[ProblemCode::OutOfStock, ProblemCode::StateConflict]),
        Route::get("/inventory/adjustments/{id}", grants::INVENTORY_READ, "Show a booked adjustment.", find).hiding(grants::COST_READ, grants::COSTS),
    ]
}

const ANSWER: Present<Adjustment> = Present::new(|adjustment| Created(adjustment).into_response());

async fn adjust(context: Context, Json(request): Json<AdjustStock>) -> Result<Created<Adjustment>, Problem> {
    let id = context.given_or_new(request.id)?;
    let stock = Store::answering(&context, ANSWER);
    check_alone(&context, &stock, &request).await?;
    adjust_stock::adjust_stock(&stock, id, &request, context.currency()).await.map(Created).map_err(problem)
}

/// Refuses what the caller may not do alone: what comes in and what goes out counts, as far as a cost is known.
async fn check_alone(context: &Context, stock: &impl Holdings, request: &AdjustStock) -> Result<(), Problem> {
    let is_wrong = || !faults(request.reason, &request.items, context.currency()).is_empty();
    if !is_watched(context, Action::StockAdjustment)? || request.items.len() > LINES_MAX || is_wrong() {
        // What is wrong is refused anyway: nobody has to decide about it.
        return Ok(());
    }
    let skus: Vec<&Sku> = request.items.iter().map(|item| &item.sku).collect();
    let held = stock.on_hand(request.warehouse_id, &skus).await?.unwrap_or_default();
    let value = worth(&request.items, &held, context.currency());
    let note = request.note.as_ref().map_or("", ShortText::as_str);
    let what = format!("Adjust the stock of {} articles ({:?}). {note}", request.items.len(), request.reason);
    check(context, Deed { action: Action::StockAdjustment, what, amount: value, customer_id: None }, "/items")
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
        AdjustStockError::Refused(refusal) => {
            problems::refused(refusal, "This id belongs to another adjustment.")
        }
    }
}
