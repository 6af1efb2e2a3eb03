//! Adjusts stock, with a reason: goods received, counted, broken, lost, found. All lines or none.

use contracts::stock::{AdjustStock, Adjustment};
use kernel::ids::AdjustmentId;
use kernel::text::Sku;
use kernel::{Currency, Failure};

use super::explain_refusal::{Asked, Refusal, explain_refusal};
use super::ports::{Adjustments, Holdings, Unmoved};
use crate::domain::adjustment::{LineFault, faults};
use crate::domain::lines::{LinesError, some_each_once};
use crate::domain::shortage::{Wanted, spelled};

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

/// Books one adjustment. The SKUs may be written in any case or Unicode form.
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
    let unmoved = match stock.adjust(id, request).await {
        Ok(adjustment) => return Ok(adjustment),
        Err(unmoved) => unmoved,
    };
    let Some(request) = respelled(stock, &unmoved, request).await.map_err(Refusal::Failure)? else {
        return Err(explain_refusal(stock, unmoved, &asked(request)).await.into());
    };
    some_each_once(request.items.iter().map(|item| &item.sku), LINES_MAX)?;
    match stock.adjust(id, &request).await {
        Ok(adjustment) => Ok(adjustment),
        Err(unmoved) => Err(explain_refusal(stock, unmoved, &asked(&request)).await.into()),
    }
}

/// The request with the SKUs as the catalogue has them, if that makes a difference. Only a SKU that is not known as it is
/// written costs the question.
async fn respelled(
    stock: &impl Holdings,
    unmoved: &Unmoved,
    request: &AdjustStock,
) -> Result<Option<AdjustStock>, Failure> {
    if !matches!(unmoved, Unmoved::UnknownStock) {
        return Ok(None);
    }
    let skus: Vec<&Sku> = request.items.iter().map(|item| &item.sku).collect();
    let on_hand = stock.on_hand(request.warehouse_id, &skus).await?.unwrap_or_default();
    let mut respelled = request.clone();
    for item in &mut respelled.items {
        item.sku = spelled(&item.sku, &on_hand);
    }
    Ok((respelled != *request).then_some(respelled))
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
