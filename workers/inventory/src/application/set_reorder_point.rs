//! Sets the units at which a warehouse should reorder a SKU. It moves nothing and publishes nothing: the alert appears
//! at once, and `StockLow` is published the next time the limit is crossed.

use contracts::stock::ReorderPoint;
use kernel::Failure;

use super::ports::ReorderPoints;

/// The most units of a reorder point: the maximum of a row of stock.
pub const REORDER_POINT_MAX: i64 = 1_000_000_000;

/// Why it was not set.
#[derive(Debug, thiserror::Error)]
pub enum SetReorderPointError {
    #[error("must be a whole number from 0 to {REORDER_POINT_MAX}")]
    Units,
    /// The warehouse does not keep the SKU.
    #[error("no such stock")]
    Unknown,
    /// The outside failed.
    #[error(transparent)]
    Failure(#[from] Failure),
}

/// Sets one reorder point.
pub async fn set_reorder_point(
    points: &impl ReorderPoints,
    point: &ReorderPoint,
) -> Result<(), SetReorderPointError> {
    if !(0..=REORDER_POINT_MAX).contains(&point.reorder_point) {
        return Err(SetReorderPointError::Units);
    }
    points.set_reorder_point(point).await
}
