//! Adjusts stock for a reason: goods received, counted, broken, lost, found. All lines or none.

use contracts::stock::{AdjustStock, Adjustment};
use kernel::text::Sku;
use kernel::{Currency, Failure};

use super::explain_refusal::{Refusal, explain_refusal};
use super::ports::{Moved, Stock};
use crate::domain::adjustment::{LineFault, faults};
use crate::domain::lines::{LinesError, some_each_once};
use crate::domain::shortage::Wanted;

/// The most lines of an adjustment: an opening balance of a whole shop in a few requests.
pub const LINES_MAX: usize = 5000;

/// Why nothing was adjusted.
#[derive(Debug, thiserror::Error)]
pub enum AdjustStockError {
    /// No lines, too many, or a SKU that stands twice.
    #[error(transparent)]
    Lines(#[from] LinesError),
    /// Lines that contradict themselves or the reason.
    #[error("lines that cannot be")]
    Invalid(Vec<LineFault>),
    /// What it ran into.
    #[error("refused")]
    Refused(Refusal),
    /// The id was used for another adjustment.
    #[error("the id is another adjustment's")]
    Conflict,
    /// Units or values beyond what the books can hold.
    #[error("too much")]
    TooMuch,
    /// The outside failed.
    #[error(transparent)]
    Failure(#[from] Failure),
}

/// Books one adjustment.
pub async fn adjust_stock(
    stock: &impl Stock,
    request: &AdjustStock,
    currency: Currency,
) -> Result<Adjustment, AdjustStockError> {
    some_each_once(request.items.iter().map(|item| &item.sku), LINES_MAX)?;
    let faults = faults(request.reason, &request.items, currency);
    if !faults.is_empty() {
        return Err(AdjustStockError::Invalid(faults));
    }
    let id = match request.id {
        Some(id) => id,
        None => stock.new_id()?,
    };
    match stock.adjust(id, request).await? {
        Moved::Done(adjustment) => Ok(adjustment),
        Moved::Conflict => Err(AdjustStockError::Conflict),
        Moved::TooMuch => Err(AdjustStockError::TooMuch),
        Moved::Short | Moved::UnknownStock => {
            let skus: Vec<&Sku> = request.items.iter().map(|item| &item.sku).collect();
            let leaving = |item: &&contracts::stock::AdjustmentItem| item.delta.units() < 0;
            let wanted: Vec<Wanted> = request
                .items
                .iter()
                .filter(leaving)
                .map(|item| Wanted { sku: item.sku.clone(), units: item.delta.units().saturating_neg() })
                .collect();
            let refusal = explain_refusal(stock, request.warehouse_id, &skus, &wanted).await?;
            Err(AdjustStockError::Refused(refusal))
        }
    }
}
