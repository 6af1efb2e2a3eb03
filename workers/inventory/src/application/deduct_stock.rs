//! Takes stock for a sale: all lines or none, once per order. First pay, first served.

use contracts::stock::{DeductStock, ItemAvailability, StockDeducted};
use kernel::Failure;
use kernel::text::Sku;

use super::explain_refusal::{Refusal, explain_refusal};
use super::ports::{Moved, Stock};
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
    /// Too little, or unknown SKUs: each line with what is there.
    #[error("out of stock")]
    OutOfStock(Vec<ItemAvailability>),
    /// The goods have left already, but there is no such warehouse.
    #[error("unknown warehouse")]
    UnknownWarehouse,
    /// The goods have left already, but these lines name nothing that the catalogue has told of.
    #[error("unknown SKUs")]
    UnknownSkus(Vec<usize>),
    /// The order id was used with other items.
    #[error("the order was deducted with other items")]
    Conflict,
    /// The variance would be worth more than an amount can say.
    #[error("too much")]
    TooMuch,
    /// The outside failed.
    #[error(transparent)]
    Failure(#[from] Failure),
}

/// Takes the stock of one order.
pub async fn deduct_stock(
    stock: &impl Stock,
    request: &DeductStock,
) -> Result<StockDeducted, DeductStockError> {
    each_once(request.items.iter().map(|item| &item.sku), LINES_MAX)?;
    match stock.deduct(request).await? {
        Moved::Done(deducted) => Ok(deducted),
        Moved::Conflict => Err(DeductStockError::Conflict),
        Moved::TooMuch => Err(DeductStockError::TooMuch),
        Moved::Short | Moved::UnknownStock => Err(explain(stock, request).await?),
    }
}

/// A sale that is still to happen is simply out of stock, whatever the cause; one that has happened is not.
async fn explain(stock: &impl Stock, request: &DeductStock) -> Result<DeductStockError, Failure> {
    let skus: Vec<&Sku> = request.items.iter().map(|item| &item.sku).collect();
    let wanted: Vec<Wanted> = request.items.iter().map(Wanted::from).collect();
    if !request.allow_shortage {
        let on_hand = stock.on_hand(request.warehouse_id, &skus).await?.unwrap_or_default();
        return Ok(DeductStockError::OutOfStock(availability(&wanted, &on_hand)));
    }
    Ok(match explain_refusal(stock, request.warehouse_id, &skus, &wanted).await? {
        Refusal::UnknownWarehouse => DeductStockError::UnknownWarehouse,
        Refusal::UnknownSkus(lines) => DeductStockError::UnknownSkus(lines),
        Refusal::OutOfStock(availability) => DeductStockError::OutOfStock(availability),
    })
}
