//! Deducts stock for a sale: all lines or none, once per order. First pay, first served. An order that comes too late
//! stays refused: it ends with that answer.

use contracts::stock::{DeductStock, StockDeducted};
use kernel::text::Sku;

use super::explain_refusal::{Asked, Refusal, explain_refusal};
use super::ports::{Decision, Deductions, Unmoved};
use crate::domain::lines::{LinesError, each_once};
use crate::domain::shortage::{Wanted, availability};

/// The most lines of a sale, after lines with the same SKU are added up.
pub const LINES_MAX: usize = 1000;

/// Why no stock was deducted.
#[derive(Debug, thiserror::Error)]
pub enum DeductStockError {
    /// Too many lines, or a duplicate SKU: the caller must add them up.
    #[error(transparent)]
    Lines(#[from] LinesError),
    /// A sale that has not happened yet is refused as out of stock, whatever the cause. A sale that has happened is
    /// never out of stock: then the warehouse or SKUs are unknown.
    #[error(transparent)]
    Refused(#[from] Refusal),
}

/// Deducts the stock of one order.
pub async fn deduct_stock(
    stock: &impl Deductions,
    request: &DeductStock,
) -> Result<StockDeducted, DeductStockError> {
    each_once(request.items.iter().map(|item| &item.sku), LINES_MAX)?;
    let skus: Vec<&Sku> = request.items.iter().map(|item| &item.sku).collect();
    match stock.deduct(request).await {
        Ok(deducted) => Ok(deducted),
        Err(Unmoved::Short | Unmoved::UnknownStock) if !request.allow_shortage => {
            Ok(refuse(stock, request, &skus).await?)
        }
        Err(unmoved) => {
            // The goods have left, so the caller must name a known warehouse and SKUs.
            let asked = Asked { warehouse_id: request.warehouse_id, skus, leaving: Vec::new() };
            Err(explain_refusal(stock, unmoved, &asked).await.into())
        }
    }
}

/// The order ends with this answer, so the refusal is stored before it is returned.
async fn refuse(
    stock: &impl Deductions,
    request: &DeductStock,
    skus: &[&Sku],
) -> Result<StockDeducted, Refusal> {
    let wanted: Vec<Wanted> = request.items.iter().map(Wanted::from).collect();
    // An unknown warehouse has no stock.
    let on_hand = stock.on_hand(request.warehouse_id, skus).await?.unwrap_or_else(Vec::new);
    match stock.refuse(request, availability(&wanted, &on_hand)).await? {
        Decision::Refused(availability) => Err(Refusal::OutOfStock(availability)),
        Decision::Taken(deducted) => Ok(deducted),
    }
}
