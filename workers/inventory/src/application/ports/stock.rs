//! Stock and its movements.

use std::future::Future;

use contracts::stock::{
    AdjustStock, Adjustment, DeductStock, GoodsRestocked, ItemAvailability, MovementReviewed, ReorderPoint,
    RestockGoods, StockDeducted,
};
use kernel::Failure;
use kernel::ids::{AdjustmentId, WarehouseId};
use kernel::text::{ShortText, Sku};

use super::Unmoved;
use crate::application::explain_refusal::Refusal;
use crate::application::review_movement::ReviewMovementError;
use crate::application::set_reorder_point::SetReorderPointError;
use crate::domain::shortage::OnHand;

/// The stock of the warehouses.
pub trait Holdings: Sync {
    /// A warehouse's stock of these SKUs, however they are written, without unknown ones; none when the warehouse does not
    /// exist.
    fn on_hand(
        &self,
        warehouse_id: WarehouseId,
        skus: &[&Sku],
    ) -> impl Future<Output = Result<Option<Vec<OnHand>>, Failure>> + Send;
}

/// The decision about an order: made once per order id.
#[derive(Debug)]
pub enum Decision {
    /// Its goods are deducted.
    Taken(StockDeducted),
    /// There was too little; this is the answer that it got.
    Refused(Vec<ItemAvailability>),
}

/// Sales.
pub trait Deductions: Holdings {
    /// Deducts every line or none, once per order id; publishes items that are depleted or low. An order that was
    /// refused before stays [`Unmoved::Short`], unless a shortage is allowed.
    fn deduct(&self, request: &DeductStock) -> impl Future<Output = Result<StockDeducted, Unmoved>> + Send;

    /// Stores under the order id that there was too little, with the answer, so that no later call takes goods for it.
    /// An earlier decision stays valid and is returned.
    fn refuse(
        &self,
        request: &DeductStock,
        availability: Vec<ItemAvailability>,
    ) -> impl Future<Output = Result<Decision, Refusal>> + Send;
}

/// Refunds.
pub trait Restocks: Holdings {
    /// Restocks every line, once per refund id.
    fn restock(&self, request: &RestockGoods)
    -> impl Future<Output = Result<GoodsRestocked, Unmoved>> + Send;
}

/// Adjustments.
pub trait Adjustments: Holdings {
    /// Changes every line or none, once per id; publishes the change with its value.
    fn adjust(
        &self,
        id: AdjustmentId,
        request: &AdjustStock,
    ) -> impl Future<Output = Result<Adjustment, Unmoved>> + Send;
}

/// Reorder points.
pub trait ReorderPoints: Sync {
    /// Sets a row's reorder point.
    fn set_reorder_point(
        &self,
        point: &ReorderPoint,
    ) -> impl Future<Output = Result<(), SetReorderPointError>> + Send;
}

/// Reviews of variances.
pub trait Reviews: Sync {
    /// Marks a variance as reviewed, once.
    fn review(
        &self,
        movement_id: &str,
        note: &ShortText,
    ) -> impl Future<Output = Result<MovementReviewed, ReviewMovementError>> + Send;
}
