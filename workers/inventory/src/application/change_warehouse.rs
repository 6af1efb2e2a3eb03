//! Changes what a warehouse is called and where it is.

use contracts::stock::Warehouse;

use super::create_warehouse::{SaveWarehouseError, saved};
use super::ports::Warehouses;

/// Replaces one warehouse; `version` is what the client saw, if it says so. Its new version and itself.
pub async fn change_warehouse(
    warehouses: &impl Warehouses,
    warehouse: &Warehouse,
    version: Option<i64>,
) -> Result<(i64, Warehouse), SaveWarehouseError> {
    // Warehouses are never removed: one that is found now is there when it is changed.
    let (current, _) = warehouses.find(warehouse.id).await?.ok_or(SaveWarehouseError::Unknown)?;
    if version.is_some_and(|version| version != current) {
        return Err(SaveWarehouseError::Stale);
    }
    saved(warehouses.change(warehouse, current).await?)
}
