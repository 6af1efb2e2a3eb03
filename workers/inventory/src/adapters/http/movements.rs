//! `GET /inventory/movements` and `POST /inventory/movements/{id}/review`.

use contracts::stock::MovementReviewed;
use contracts::terms::AdjustmentReason;
use kernel::ids::WarehouseId;
use kernel::text::{ShortText, Sku};
use kernel::{Currency, Cursor, Date, Limit, Money, Timestamp};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use web::{Answer, Context, Json, List, Path, Present, Problem, ProblemCode, Query, Reply, Route};

use super::{grants, money};
use crate::adapters::store::{MovementFilter, MovementRow, Store, list_movements};
use crate::application::review_movement::{self, ReviewMovementError};
use crate::domain::movement::MovementKind;

pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::get(
            "/inventory/movements",
            grants::INVENTORY_READ,
            "List stock movements, the newest first.",
            list,
        )
        .hiding(grants::COST_READ, grants::COSTS),
        Route::post(
            "/inventory/movements/{id}/review",
            grants::INVENTORY_WRITE,
            "Close a variance with a note on its cause.",
            review,
        )
        .details("Only a movement that needs a review can be closed, and only once.")
        .problems(&[ProblemCode::StateConflict]),
    ]
}

#[derive(Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct ListMovements {
    warehouse_id: Option<WarehouseId>,
    sku: Option<Sku>,
    /// `true`: only those that wait for a review.
    needs_review: Option<Flag>,
    #[serde(default)]
    limit: Limit,
    cursor: Option<Cursor>,
}

/// A query parameter that is true or false.
#[derive(Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
#[schemars(inline)]
enum Flag {
    True,
    False,
}

/// A change of stock.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "StockMovement")]
struct Movement {
    #[serde(skip)]
    seq: i64,
    id: String,
    /// The order, refund or adjustment it belongs to, or a step of a transfer.
    operation_id: String,
    warehouse_id: WarehouseId,
    sku: Sku,
    kind: MovementKind,
    /// Units; negative when they left.
    quantity: i64,
    /// The change of the stock's value at cost.
    value: Money,
    reason: Option<AdjustmentReason>,
    /// Whether it is a variance that is not reviewed yet.
    needs_review: bool,
    review_note: Option<String>,
    reviewed_by: Option<String>,
    reviewed_at: Option<Timestamp>,
    occurred_at: Timestamp,
    /// The day to which it belongs, in the time zone of the warehouse.
    business_day: Date,
}

impl Movement {
    fn new(row: MovementRow, currency: Currency) -> Result<Self, Problem> {
        Ok(Self {
            seq: row.seq,
            id: row.id,
            operation_id: row.operation_id,
            warehouse_id: row.warehouse_id,
            sku: row.sku,
            kind: row.kind,
            quantity: row.quantity,
            value: money(row.value_minor, currency)?,
            reason: row.reason,
            needs_review: row.needs_review,
            review_note: row.review_note,
            reviewed_by: row.reviewed_by,
            reviewed_at: row.reviewed_at,
            occurred_at: row.occurred_at,
            business_day: row.day,
        })
    }
}

async fn list(
    context: Context,
    Query(query): Query<ListMovements>,
) -> Result<Reply<List<Movement>>, Problem> {
    let before = match &query.cursor {
        None => kernel::money::MINOR_MAX,
        Some(cursor) => cursor
            .key()
            .parse()
            .ok()
            .filter(|seq| (0..=kernel::money::MINOR_MAX).contains(seq))
            .ok_or_else(|| Problem::field("cursor", "must be the nextCursor of an earlier answer"))?,
    };
    let to_review = query.needs_review == Some(Flag::True);
    let filter = MovementFilter { warehouse_id: query.warehouse_id, sku: query.sku, to_review, before };
    let rows = list_movements(&context, &filter, query.limit).await?;
    let rows = rows.into_iter().map(|row| Movement::new(row, context.currency()));
    let rows = rows.collect::<Result<Vec<_>, _>>()?;
    Ok(web::list(rows, query.limit, |row| row.seq.to_string()))
}

#[derive(Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schemars(rename = "ReviewMovement")]
struct Review {
    /// What the review found.
    note: ShortText,
}

const REVIEWED: Present<MovementReviewed> = Present::new(|review| Reply(review).into_response());

async fn review(
    context: Context,
    Path(id): Path<String>,
    Json(review): Json<Review>,
) -> Result<Reply<MovementReviewed>, Problem> {
    let reviews = Store::answering(&context, REVIEWED);
    let reviewed = review_movement::review_movement(&reviews, &id, &review.note).await;
    reviewed.map(Reply).map_err(|error| match error {
        ReviewMovementError::Unknown => Problem::not_found("movement"),
        ReviewMovementError::NotOpen => Problem::state_conflict("This movement does not need a review."),
        ReviewMovementError::Failure(failure) => failure.into(),
    })
}
