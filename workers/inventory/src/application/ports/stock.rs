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

/// What the warehouses hold.
pub trait Holdings: Sync {
    /// What a warehouse holds of these SKUs, unknown ones missing; none when there is no such warehouse.
    fn on_hand(
        &self,
        warehouse_id: WarehouseId,
        skus: &[&Sku],
    ) -> impl Future<Output = Result<Option<Vec<OnHand>>, Failure>> + Send;
}

/// What became of an order: decided once per order id.
#[derive(Debug)]
pub enum Decision {
    /// Its goods are taken.
    Taken(StockDeducted),
    /// There was too little, and it was told this.
    Refused(Vec<ItemAvailability>),
}

/// Sales.
pub trait Deductions: Holdings {
    /// Takes every line or none, once per order id; publishes what is depleted or low. An order that was
    /// refused before stays [`Unmoved::Short`], unless a shortage is allowed.
    fn deduct(&self, request: &DeductStock) -> impl Future<Output = Result<StockDeducted, Unmoved>> + Send;

    /// Remembers under the order id that there was too little and what the order is told, so that no later
    /// call takes goods for it. What was decided before stands, and is the answer.
    fn refuse(
        &self,
        request: &DeductStock,
        availability: Vec<ItemAvailability>,
    ) -> impl Future<Output = Result<Decision, Refusal>> + Send;
}

/// Refunds.
pub trait Restocks: Holdings {
    /// Puts every line back, once per refund id.
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

/// When to reorder.
pub trait ReorderPoints: Sync {
    /// Sets a row's reorder point.
    fn set_reorder_point(
        &self,
        point: &ReorderPoint,
    ) -> impl Future<Output = Result<(), SetReorderPointError>> + Send;
}

/// Variances that somebody looks at.
pub trait Reviews: Sync {
    /// Marks a variance as reviewed, once.
    fn review(
        &self,
        movement_id: &str,
        note: &ShortText,
    ) -> impl Future<Output = Result<MovementReviewed, ReviewMovementError>> + Send;
}
