//! Stock over SQL.

use contracts::stock::{DeductStock, DeductedItem, StockItem};
use kernel::ids::WarehouseId;
use kernel::text::Sku;
use kernel::{Currency, Failure, Money, Quantity};
use platform::Platform;
use serde::Deserialize;
use store::{DatabaseError, json, values};
use web::Context;

use super::sql;
use crate::application::ports::{Deduction, Stock};
use crate::domain::shortage::OnHand;

/// Stock in the service's database.
pub(crate) struct SqlStock<'a, P> {
    context: &'a Context<P>,
}

impl<'a, P: Platform> SqlStock<'a, P> {
    pub(crate) fn new(context: &'a Context<P>) -> Self {
        Self { context }
    }

    /// What an earlier call with this order id took.
    async fn taken_before(&self, request: &DeductStock, request_json: &str) -> Result<Deduction, Failure> {
        let rows = self
            .context
            .query_all(vec![
                sql::FIND_OPERATION.bind(values![request.order_id]),
                sql::LIST_DEDUCTED.bind(values![request.order_id]),
            ])
            .await?;
        let [operation, items] = <[_; 2]>::try_from(rows).unwrap_or_default();
        let operation: Option<OperationRow> = operation.first()?;
        if operation.is_none_or(|row| row.request != request_json) {
            return Ok(Deduction::Conflict);
        }
        Ok(Deduction::TakenBefore(deducted(items, self.context.currency())?))
    }
}

#[derive(Deserialize)]
struct OperationRow {
    request: String,
}

#[derive(Deserialize)]
struct DeductedRow {
    sku: Sku,
    quantity: i64,
    cost_minor: i64,
    shortage: i64,
}

fn deducted(rows: store::Rows, currency: Currency) -> Result<Vec<DeductedItem>, DatabaseError> {
    let shape = |what: &str| DatabaseError::Shape(format!("movements: {what}"));
    rows.read::<DeductedRow>()?
        .into_iter()
        .map(|row| {
            Ok(DeductedItem {
                quantity: Quantity::new(row.quantity).ok_or_else(|| shape("quantity"))?,
                cost: Money::from_minor(row.cost_minor, currency).map_err(|_| shape("cost"))?,
                sku: row.sku,
                shortage: row.shortage,
            })
        })
        .collect()
}

#[derive(Deserialize)]
struct OnHandRow {
    sku: Sku,
    units: i64,
}

impl<P: Platform> Stock for SqlStock<'_, P> {
    async fn deduct(&self, request: &DeductStock) -> Result<Deduction, Failure> {
        let context = self.context;
        let request_json = serde_json::to_string(request).unwrap_or_default();
        let (order, warehouse, now) = (request.order_id, request.warehouse_id, context.now());
        let mut unit = context.unit();
        unit.push(sql::INSERT_OPERATION.bind(values![
            order,
            "Deduction",
            warehouse,
            request_json.as_str(),
            now
        ]));
        unit.push(sql::INSERT_SALE.bind(values![order, warehouse, json(&request.items), now]));
        let items = unit.push(sql::LIST_DEDUCTED.bind(values![order]));
        match context.commit(unit).await {
            Ok(mut rows) => Ok(Deduction::Taken(deducted(rows.swap_remove(items), context.currency())?)),
            Err(error) => match error.rule() {
                Some("stock_operations.id") => self.taken_before(request, &request_json).await,
                Some("stock_on_hand") => Ok(Deduction::Short),
                Some("movements_stock") => Ok(Deduction::UnknownStock),
                _ => Err(error.into()),
            },
        }
    }

    async fn on_hand(&self, warehouse_id: WarehouseId, items: &[StockItem]) -> Result<Vec<OnHand>, Failure> {
        let skus: Vec<&Sku> = items.iter().map(|item| &item.sku).collect();
        let rows = self.context.query(sql::LIST_ON_HAND.bind(values![warehouse_id, json(&skus)])).await?;
        let rows = rows.read::<OnHandRow>()?;
        Ok(rows.into_iter().map(|row| OnHand { sku: row.sku, units: row.units }).collect())
    }
}
