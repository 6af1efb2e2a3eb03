//! What the use cases need of the world, in their own words. Every writing method is one whole
//! business transaction.

use std::future::Future;

use contracts::stock::{DeductStock, DeductedItem, StockItem};
use kernel::Failure;
use kernel::ids::WarehouseId;

use crate::domain::shortage::OnHand;

/// How a deduction ended in the store.
#[derive(Debug)]
pub enum Deduction {
    /// Taken now.
    Taken(Vec<DeductedItem>),
    /// Taken by an earlier call with the same order id and the same request.
    TakenBefore(Vec<DeductedItem>),
    /// An earlier call with the same order id asked for something else.
    Conflict,
    /// At least one line has too little; nothing was taken.
    Short,
    /// At least one SKU is not kept in this warehouse; nothing was taken.
    UnknownStock,
}

/// Stock and its movements.
pub trait Stock: Sync {
    /// Takes every line or none, once per order id; publishes what is depleted or low.
    fn deduct(&self, request: &DeductStock) -> impl Future<Output = Result<Deduction, Failure>> + Send;

    /// What a warehouse holds of these SKUs; unknown ones are missing.
    fn on_hand(
        &self,
        warehouse_id: WarehouseId,
        items: &[StockItem],
    ) -> impl Future<Output = Result<Vec<OnHand>, Failure>> + Send;
}
