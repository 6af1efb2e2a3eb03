//! Adjusts stock, with a reason: goods received, counted, broken, lost, found. All lines or none.

use contracts::stock::{AdjustStock, Adjustment};
use kernel::Currency;
use kernel::ids::AdjustmentId;

use super::explain_refusal::{Asked, Refusal, explain_refusal};
use super::ports::Adjustments;
use crate::domain::adjustment::{LineFault, faults};
use crate::domain::lines::{LinesError, some_each_once};
use crate::domain::shortage::Wanted;

/// The most lines of an adjustment. A whole shop's opening balance fits into a few requests.
pub const LINES_MAX: usize = 5000;

/// Why nothing was adjusted.
#[derive(Debug, thiserror::Error)]
pub enum AdjustStockError {
    /// No lines, too many, or a duplicate SKU.
    #[error(transparent)]
    Lines(#[from] LinesError),
    /// Lines that contradict themselves or the reason.
    #[error("invalid lines")]
    Invalid(Vec<LineFault>),
    #[error(transparent)]
    Refused(#[from] Refusal),
}

/// Books one adjustment.
pub async fn adjust_stock(
    stock: &impl Adjustments,
    id: AdjustmentId,
    request: &AdjustStock,
    currency: Currency,
) -> Result<Adjustment, AdjustStockError> {
    some_each_once(request.items.iter().map(|item| &item.sku), LINES_MAX)?;
    let faults = faults(request.reason, &request.items, currency);
    if !faults.is_empty() {
        return Err(AdjustStockError::Invalid(faults));
    }
    match stock.adjust(id, request).await {
        Ok(adjustment) => Ok(adjustment),
        Err(unmoved) => Err(explain_refusal(stock, unmoved, &asked(request)).await.into()),
    }
}

fn asked(request: &AdjustStock) -> Asked<'_> {
    let leaving = request.items.iter().filter(|item| item.delta.units() < 0);
    let wanted =
        leaving.map(|item| Wanted { sku: item.sku.clone(), units: item.delta.units().saturating_neg() });
    Asked {
        warehouse_id: request.warehouse_id,
        skus: request.items.iter().map(|item| &item.sku).collect(),
        leaving: wanted.collect(),
    }
}
