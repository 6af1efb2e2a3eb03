//! The list of movements.

use contracts::terms::AdjustmentReason;
use kernel::ids::WarehouseId;
use kernel::text::Sku;
use kernel::{Limit, Timestamp};
use serde::Deserialize;
use store::{DatabaseError, values};
use web::Context;

use super::{one_more, sql};
use crate::domain::movement::MovementKind;

/// A movement.
#[derive(Debug, Deserialize)]
pub(crate) struct MovementRow {
    pub(crate) seq: i64,
    pub(crate) id: String,
    pub(crate) operation_id: String,
    pub(crate) warehouse_id: WarehouseId,
    pub(crate) sku: Sku,
    pub(crate) kind: MovementKind,
    pub(crate) quantity: i64,
    pub(crate) value_minor: i64,
    pub(crate) reason: Option<AdjustmentReason>,
    pub(crate) needs_review: bool,
    pub(crate) review_note: Option<String>,
    pub(crate) reviewed_by: Option<String>,
    pub(crate) reviewed_at: Option<Timestamp>,
    pub(crate) occurred_at: Timestamp,
}

/// Which movements.
#[derive(Debug)]
pub(crate) struct MovementFilter {
    pub(crate) warehouse_id: Option<WarehouseId>,
    pub(crate) sku: Option<Sku>,
    /// Only those that wait for a review.
    pub(crate) to_review: bool,
    /// Before this one.
    pub(crate) before: i64,
}

/// Movements, newest first: one more than the limit, if there are more.
pub(crate) async fn list_movements(
    context: &Context,
    filter: &MovementFilter,
    limit: Limit,
) -> Result<Vec<MovementRow>, DatabaseError> {
    use sql::movements as m;
    let (before, limit) = (filter.before, one_more(limit));
    let key = filter.sku.as_ref().map(Sku::key);
    let statement = match (filter.to_review, filter.warehouse_id, &filter.sku) {
        (true, id, sku) => m::LIST_MOVEMENTS_TO_REVIEW.bind(values![before, limit, sku, id, key]),
        (false, None, None) => m::LIST_MOVEMENTS.bind(values![before, limit]),
        (false, Some(id), None) => m::LIST_MOVEMENTS_OF_WAREHOUSE.bind(values![before, limit, id]),
        (false, None, Some(sku)) => m::LIST_MOVEMENTS_OF_SKU.bind(values![before, limit, sku, key]),
        (false, Some(id), Some(sku)) => m::LIST_MOVEMENTS_OF_STOCK.bind(values![before, limit, sku, id, key]),
    };
    context.query(statement).await?.read()
}
