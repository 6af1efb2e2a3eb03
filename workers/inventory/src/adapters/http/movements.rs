//! `GET /inventory/movements` and `POST /inventory/movements/{id}/review`.

use axum::response::{IntoResponse, Response};
use contracts::stock::MovementReviewed;
use kernel::ids::WarehouseId;
use kernel::text::{ShortText, Sku};
use kernel::{Currency, Cursor, Limit, Money, Timestamp};
use serde::{Deserialize, Serialize};
use web::{Context, Json, Path, Problem, Query, Reply};

use super::money;
use crate::adapters::store::{MovementFilter, MovementRow, SqlStock, list_movements};
use crate::application::review_movement::{ReviewMovementError, review_movement};

/// What a list of movements takes.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct ListMovements {
    warehouse_id: Option<WarehouseId>,
    sku: Option<Sku>,
    needs_review: Option<Flag>,
    #[serde(default)]
    limit: Limit,
    cursor: Option<Cursor>,
}

/// A query parameter that is yes or no.
#[derive(Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Flag {
    True,
    False,
}

/// A change of stock.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Movement {
    #[serde(skip)]
    seq: i64,
    id: String,
    /// The order, refund or adjustment it belongs to, or a step of a transfer.
    operation_id: String,
    warehouse_id: WarehouseId,
    sku: Sku,
    kind: String,
    quantity: i64,
    value: Money,
    reason: Option<String>,
    needs_review: bool,
    review_note: Option<String>,
    reviewed_by: Option<String>,
    reviewed_at: Option<Timestamp>,
    occurred_at: Timestamp,
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
        })
    }
}

/// Answers a page of movements, newest first.
pub(super) async fn list(context: Context, Query(query): Query<ListMovements>) -> Result<Response, Problem> {
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
    Ok(web::list(rows, query.limit, |row| row.seq.to_string()).into_response())
}

/// What was found.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct Review {
    note: ShortText,
}

/// Answers 200, 404 for an unknown movement, 409 `STATE_CONFLICT` for one that waits for no review.
pub(super) async fn review(
    context: Context,
    Path(id): Path<String>,
    Json(review): Json<Review>,
) -> Result<Reply<MovementReviewed>, Problem> {
    review_movement(&SqlStock::new(&context), &id, &review.note).await.map(Reply).map_err(|error| match error
    {
        ReviewMovementError::Unknown => Problem::not_found("movement"),
        ReviewMovementError::NotOpen => Problem::state_conflict("This movement waits for no review."),
        ReviewMovementError::Failure(failure) => failure.into(),
    })
}
