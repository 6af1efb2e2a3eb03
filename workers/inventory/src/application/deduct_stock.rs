//! Takes stock for a sale: all lines or none, once per order. First pay, first served. Who comes too late is
//! refused for ever: the order ends on that answer.

use contracts::stock::{DeductStock, ItemAvailability, StockDeducted};
use kernel::Failure;
use kernel::text::Sku;

use super::explain_refusal::{Refusal, explain_refusal};
use super::ports::{Decided, Moved, Stock};
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
    #[error("the order asked for other items before")]
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
        Moved::Short | Moved::UnknownStock if request.allow_shortage => Err(explain(stock, request).await?),
        Moved::Short | Moved::UnknownStock => refuse(stock, request).await,
    }
}

/// A sale that is still to happen is simply out of stock, whatever the cause. It ends on that answer, so that
/// the refusal is remembered before it is told.
async fn refuse(stock: &impl Stock, request: &DeductStock) -> Result<StockDeducted, DeductStockError> {
    let skus: Vec<&Sku> = request.items.iter().map(|item| &item.sku).collect();
    let wanted: Vec<Wanted> = request.items.iter().map(Wanted::from).collect();
    let on_hand = stock.on_hand(request.warehouse_id, &skus).await?.unwrap_or_default();
    match stock.refuse(request, availability(&wanted, &on_hand)).await? {
        Decided::Refused(availability) => Err(DeductStockError::OutOfStock(availability)),
        Decided::Taken(deducted) => Ok(deducted),
        Decided::Conflict => Err(DeductStockError::Conflict),
    }
}

/// A sale that has happened is never out of stock: somebody must say what was sold where.
async fn explain(stock: &impl Stock, request: &DeductStock) -> Result<DeductStockError, Failure> {
    let skus: Vec<&Sku> = request.items.iter().map(|item| &item.sku).collect();
    match explain_refusal(stock, request.warehouse_id, &skus, &[]).await? {
        Refusal::UnknownWarehouse => Ok(DeductStockError::UnknownWarehouse),
        Refusal::UnknownSkus(lines) => Ok(DeductStockError::UnknownSkus(lines)),
        // Between the refusal and the question the catalogue told of the SKU: it works next time.
        Refusal::OutOfStock(_) => Err(Failure::Unknown("the stock changed meanwhile".to_owned())),
    }
}
