//! Puts goods of a refund back into stock, once per refund.

use contracts::stock::{GoodsRestocked, RestockGoods};
use kernel::text::Sku;
use kernel::{Currency, Failure};

use super::explain_refusal::{Refusal, explain_refusal};
use super::ports::{Moved, Stock};
use crate::domain::lines::{LinesError, each_once};

/// The most lines of a refund.
const LINES_MAX: usize = 1000;

/// Why nothing was put back.
#[derive(Debug, thiserror::Error)]
pub enum RestockGoodsError {
    /// Too many lines, or a SKU that stands twice.
    #[error(transparent)]
    Lines(#[from] LinesError),
    /// A cost that is negative or in another currency than the books, at this line.
    #[error("the cost of line {0} cannot be")]
    Cost(usize),
    /// There is no such warehouse.
    #[error("unknown warehouse")]
    UnknownWarehouse,
    /// These lines name nothing that the catalogue has told of.
    #[error("unknown SKUs")]
    UnknownSkus(Vec<usize>),
    /// The refund id was used with other items.
    #[error("the refund was restocked with other items")]
    Conflict,
    /// Units or values beyond what the books can hold.
    #[error("too much")]
    TooMuch,
    /// The outside failed.
    #[error(transparent)]
    Failure(#[from] Failure),
}

/// Puts the goods of one refund back.
pub async fn restock_goods(
    stock: &impl Stock,
    request: &RestockGoods,
    currency: Currency,
) -> Result<GoodsRestocked, RestockGoodsError> {
    each_once(request.items.iter().map(|item| &item.sku), LINES_MAX)?;
    let wrong = |cost: kernel::Money| cost.is_negative() || cost.currency() != currency;
    if let Some(line) = request.items.iter().position(|item| item.cost.is_some_and(wrong)) {
        return Err(RestockGoodsError::Cost(line));
    }
    match stock.restock(request).await? {
        Moved::Done(restocked) => Ok(restocked),
        Moved::Conflict => Err(RestockGoodsError::Conflict),
        Moved::TooMuch => Err(RestockGoodsError::TooMuch),
        Moved::Short | Moved::UnknownStock => {
            let skus: Vec<&Sku> = request.items.iter().map(|item| &item.sku).collect();
            Err(match explain_refusal(stock, request.warehouse_id, &skus, &[]).await? {
                Refusal::UnknownWarehouse => RestockGoodsError::UnknownWarehouse,
                Refusal::UnknownSkus(lines) => RestockGoodsError::UnknownSkus(lines),
                // Between the refusal and the question the catalogue told of the SKU: it works next time.
                Refusal::OutOfStock(_) => Failure::Unknown("the stock changed meanwhile".to_owned()).into(),
            })
        }
    }
}
