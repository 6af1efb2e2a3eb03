//! Takes stock for a sale: all lines or none, once per order. First pay, first served. Who comes too late stays
//! refused: the order ends on that answer.

use contracts::stock::{DeductStock, StockDeducted};
use kernel::text::Sku;

use super::explain_refusal::{Asked, Refusal, explain_refusal};
use super::ports::{Decision, Deductions, Unmoved};
use crate::domain::lines::{LinesError, each_once};
use crate::domain::shortage::{Wanted, availability};

/// The most lines of a sale, after lines of one SKU are added up.
pub const LINES_MAX: usize = 1000;

/// Why no stock was taken.
#[derive(Debug, thiserror::Error)]
pub enum DeductStockError {
    /// Too many lines, or a SKU that stands twice: the caller must add them up.
    #[error(transparent)]
    Lines(#[from] LinesError),
    /// A sale that is still to happen is out of stock, whatever the cause. One that has happened never is: then
    /// the warehouse or SKUs are unknown.
    #[error(transparent)]
    Refused(#[from] Refusal),
}

/// Takes the stock of one order.
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
            // Somebody must say what was sold where.
            let asked = Asked { warehouse_id: request.warehouse_id, skus, leaving: Vec::new() };
            Err(explain_refusal(stock, unmoved, &asked).await.into())
        }
    }
}

/// The order ends on this answer, so that the refusal is remembered before it is told.
async fn refuse(
    stock: &impl Deductions,
    request: &DeductStock,
    skus: &[&Sku],
) -> Result<StockDeducted, Refusal> {
    let wanted: Vec<Wanted> = request.items.iter().map(Wanted::from).collect();
    // Nothing is there where no warehouse is.
    let on_hand = stock.on_hand(request.warehouse_id, skus).await?.unwrap_or_else(Vec::new);
    match stock.refuse(request, availability(&wanted, &on_hand)).await? {
        Decision::Refused(availability) => Err(Refusal::OutOfStock(availability)),
        Decision::Taken(deducted) => Ok(deducted),
    }
}
