//! Restocks the goods of a refund, once per refund.

use contracts::stock::{GoodsRestocked, RestockGoods};
use kernel::{Currency, Money};

use super::explain_refusal::{Asked, Refusal, explain_refusal};
use super::ports::Restocks;
use crate::domain::lines::{LinesError, each_once};

/// The most lines of a refund.
const LINES_MAX: usize = 1000;

/// Why nothing was restocked.
#[derive(Debug, thiserror::Error)]
pub enum RestockGoodsError {
    /// Too many lines, or a duplicate SKU.
    #[error(transparent)]
    Lines(#[from] LinesError),
    /// A cost that is negative or in another currency than the books, in this line.
    #[error("the cost of line {0} is invalid")]
    Cost(usize),
    #[error(transparent)]
    Refused(#[from] Refusal),
}

/// Restocks the goods of one refund.
pub async fn restock_goods(
    stock: &impl Restocks,
    request: &RestockGoods,
    currency: Currency,
) -> Result<GoodsRestocked, RestockGoodsError> {
    each_once(request.items.iter().map(|item| &item.sku), LINES_MAX)?;
    let wrong = |cost: Money| cost.is_negative() || cost.currency() != currency;
    if let Some(line) = request.items.iter().position(|item| item.cost.is_some_and(wrong)) {
        return Err(RestockGoodsError::Cost(line));
    }
    match stock.restock(request).await {
        Ok(restocked) => Ok(restocked),
        Err(unmoved) => {
            let skus = request.items.iter().map(|item| &item.sku).collect();
            let asked = Asked { warehouse_id: request.warehouse_id, skus, leaving: Vec::new() };
            Err(explain_refusal(stock, unmoved, &asked).await.into())
        }
    }
}
