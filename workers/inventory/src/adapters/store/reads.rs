//! The pure reads: lists by key, each one query of a constant shape.

use contracts::stock::Adjustment;
use contracts::terms::AdjustmentReason;
use kernel::ids::{AdjustmentId, ProductId, WarehouseId};
use kernel::text::{Name, Sku};
use kernel::{Failure, Limit, Timestamp};
use serde::Deserialize;
use store::{DatabaseError, values};
use web::Context;

use super::operation::read;
use super::sql;
use crate::domain::movement::MovementKind;

/// A row of stock.
#[derive(Debug, Deserialize)]
pub(crate) struct StockRow {
    pub(crate) warehouse_id: WarehouseId,
    pub(crate) sku: Sku,
    pub(crate) product_id: ProductId,
    pub(crate) name: Name,
    pub(crate) on_hand: i64,
    pub(crate) value_minor: i64,
    pub(crate) reorder_point: i64,
    /// 0 nothing, 1 at or below the reorder point, 2 out of stock.
    pub(crate) alert: i64,
}

/// Which rows of stock.
#[derive(Debug, Default)]
pub(crate) struct StockFilter {
    pub(crate) warehouse_id: Option<WarehouseId>,
    pub(crate) sku: Option<Sku>,
    /// After this warehouse and SKU.
    pub(crate) after: (String, String),
}

fn one_more(limit: Limit) -> usize {
    limit.rows().saturating_add(1)
}

/// Stock by warehouse and SKU: one row more than the limit, if there are more.
pub(crate) async fn list_stock(
    context: &Context,
    filter: &StockFilter,
    limit: Limit,
) -> Result<Vec<StockRow>, DatabaseError> {
    let (limit, (warehouse, sku)) = (one_more(limit), (filter.after.0.as_str(), filter.after.1.as_str()));
    let statement = match (&filter.warehouse_id, &filter.sku) {
        (None, None) => sql::stock::LIST_STOCK.bind(values![warehouse, sku, limit]),
        (Some(id), None) => sql::stock::LIST_STOCK_OF_WAREHOUSE.bind(values![*id, sku, limit]),
        (None, Some(wanted)) => sql::stock::LIST_STOCK_OF_SKU.bind(values![warehouse, wanted, limit]),
        (Some(id), Some(wanted)) => sql::stock::FIND_STOCK.bind(values![*id, wanted]),
    };
    context.query(statement).await?.read()
}

/// A SKU's row in every warehouse.
pub(crate) async fn list_stock_of_item(context: &Context, sku: &Sku) -> Result<Vec<StockRow>, DatabaseError> {
    context.query(sql::stock::LIST_STOCK_OF_ITEM.bind(values![sku])).await?.read()
}

/// Stock that is low or out, by warehouse and SKU: one row more than the limit, if there are more.
pub(crate) async fn list_alerts(
    context: &Context,
    filter: &StockFilter,
    limit: Limit,
) -> Result<Vec<StockRow>, DatabaseError> {
    let (limit, (warehouse, sku)) = (one_more(limit), (filter.after.0.as_str(), filter.after.1.as_str()));
    let statement = match &filter.warehouse_id {
        None => sql::stock::LIST_ALERTS.bind(values![warehouse, sku, limit]),
        Some(id) => sql::stock::LIST_ALERTS_OF_WAREHOUSE.bind(values![*id, sku, limit]),
    };
    context.query(statement).await?.read()
}

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
    let statement = match (filter.to_review, filter.warehouse_id, &filter.sku) {
        (true, id, sku) => m::LIST_MOVEMENTS_TO_REVIEW.bind(values![before, limit, sku.as_ref(), id]),
        (false, None, None) => m::LIST_MOVEMENTS.bind(values![before, limit]),
        (false, Some(id), None) => m::LIST_MOVEMENTS_OF_WAREHOUSE.bind(values![before, limit, id]),
        (false, None, Some(sku)) => m::LIST_MOVEMENTS_OF_SKU.bind(values![before, limit, sku]),
        (false, Some(id), Some(sku)) => m::LIST_MOVEMENTS_OF_STOCK.bind(values![before, limit, sku, id]),
    };
    context.query(statement).await?.read()
}

/// A place's running totals: a warehouse's id, or `transit`.
#[derive(Debug, Deserialize)]
pub(crate) struct TotalRow {
    pub(crate) place: String,
    pub(crate) units: i64,
    pub(crate) value_minor: i64,
}

/// The running totals of every place.
pub(crate) async fn list_totals(context: &Context) -> Result<Vec<TotalRow>, DatabaseError> {
    context.query(sql::stock::LIST_TOTALS.bind([])).await?.read()
}

#[derive(Deserialize)]
struct AdjustmentRow {
    kind: String,
    answer: Option<String>,
}

/// A booked adjustment.
pub(crate) async fn find_adjustment(
    context: &Context,
    id: AdjustmentId,
) -> Result<Option<Adjustment>, Failure> {
    let rows = context.query(sql::movements::FIND_OPERATION.bind(values![id])).await?;
    let row = rows.first::<AdjustmentRow>()?.filter(|row| row.kind == "Adjustment");
    row.map(|row| read(row.answer)).transpose()
}
