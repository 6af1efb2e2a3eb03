//! Takes stock for a sale: all lines or none, once per order. First pay, first served.

use std::collections::BTreeSet;

use contracts::stock::{DeductStock, ItemAvailability, StockDeducted};
use kernel::Failure;
use kernel::text::Sku;

use super::ports::{Deduction, Stock};
use crate::domain::shortage::availability;

/// Why no stock was taken.
#[derive(Debug, thiserror::Error)]
pub enum DeductStockError {
    /// The caller must add up lines of one SKU.
    #[error("the SKU {0} stands twice")]
    DuplicateSku(Sku),
    /// Too little, or unknown SKUs: each line with what is there.
    #[error("out of stock")]
    OutOfStock(Vec<ItemAvailability>),
    /// The order id was used with other items.
    #[error("the order was deducted with other items")]
    Conflict,
    /// The outside failed.
    #[error(transparent)]
    Failure(#[from] Failure),
}

/// Takes the stock of one order.
pub async fn deduct_stock(
    stock: &impl Stock,
    request: &DeductStock,
) -> Result<StockDeducted, DeductStockError> {
    let mut seen = BTreeSet::new();
    if let Some(twice) = request.items.iter().find(|item| !seen.insert(&item.sku)) {
        return Err(DeductStockError::DuplicateSku(twice.sku.clone()));
    }
    match stock.deduct(request).await? {
        Deduction::Taken(items) | Deduction::TakenBefore(items) => {
            Ok(StockDeducted { order_id: request.order_id, items })
        }
        Deduction::Conflict => Err(DeductStockError::Conflict),
        Deduction::Short | Deduction::UnknownStock => {
            let on_hand = stock.on_hand(request.warehouse_id, &request.items).await?;
            Err(DeductStockError::OutOfStock(availability(&request.items, &on_hand)))
        }
    }
}
