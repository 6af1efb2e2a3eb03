//! The stock of the warehouses, over SQL: each list is one query by key, of a constant shape.

use contracts::stock::StockVersion;
use kernel::ids::{ProductId, WarehouseId};
use kernel::text::{Name, Sku};
use kernel::{Date, Failure, Limit};
use serde::Deserialize;
use store::{DatabaseError, values};
use web::Context;

use super::{Store, one_more, sql};
use crate::application::ports::Holdings;
use crate::domain::shortage::OnHand;

impl<T> Holdings for Store<'_, T> {
    async fn on_hand(
        &self,
        warehouse_id: WarehouseId,
        skus: &[&Sku],
    ) -> Result<Option<Vec<OnHand>>, Failure> {
        let keyed: Vec<_> = skus.iter().map(|sku| (sku, sku.key())).collect();
        let find = sql::warehouses::FIND_WAREHOUSE.bind(values![warehouse_id]);
        let list = sql::stock::LIST_ON_HAND.bind(values![warehouse_id, store::json(&keyed)]);
        let [warehouse, held] = self.context.query_all([find, list]).await?;
        if warehouse.is_empty() {
            return Ok(None);
        }
        Ok(Some(held.read()?))
    }
}

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
    /// 0 no alert, 1 at or below the reorder point, 2 out of stock.
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
        (None, Some(wanted)) => {
            sql::stock::LIST_STOCK_OF_SKU.bind(values![warehouse, wanted, limit, wanted.key()])
        }
        (Some(id), Some(wanted)) => sql::stock::FIND_STOCK.bind(values![*id, wanted, wanted.key()]),
    };
    context.query(statement).await?.read()
}

/// A SKU's row in every warehouse.
pub(crate) async fn list_stock_of_item(context: &Context, sku: &Sku) -> Result<Vec<StockRow>, DatabaseError> {
    context.query(sql::stock::LIST_STOCK_OF_ITEM.bind(values![sku, sku.key()])).await?.read()
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

/// A place's running totals: a warehouse's id, or `transit`.
#[derive(Debug, Deserialize)]
pub(crate) struct TotalRow {
    pub(crate) place: String,
    pub(crate) units: i64,
    pub(crate) value_minor: i64,
}

/// The running totals of every place, now or at the end of a day.
pub(crate) async fn list_totals(
    context: &Context,
    as_of: Option<Date>,
) -> Result<Vec<TotalRow>, DatabaseError> {
    let statement = match as_of {
        None => sql::stock::LIST_TOTALS.bind([]),
        Some(day) => sql::stock::LIST_TOTALS_AS_OF.bind(values![day]),
    };
    context.query(statement).await?.read()
}

/// The version of what shoppers see of the stock.
pub(crate) async fn shown_stock_version(context: &Context) -> Result<StockVersion, DatabaseError> {
    let rows = context.query(sql::stock::SHOWN_STOCK_VERSION.bind([])).await?;
    rows.first()?.ok_or_else(|| DatabaseError::Shape("the stock has no version".to_owned()))
}
