//! Changes the code, name, region or time zone of a warehouse.

use contracts::stock::Warehouse;

use super::create_warehouse::SaveWarehouseError;
use super::ports::SaveWarehouses;

/// Replaces one warehouse. Without a time zone it keeps the one it has. `version` is the version that the client has read, if given. Returns its new version and the
/// warehouse.
pub async fn change_warehouse(
    warehouses: &impl SaveWarehouses,
    warehouse: &Warehouse,
    version: Option<i64>,
) -> Result<(i64, Warehouse), SaveWarehouseError> {
    // Warehouses are never removed: one that is found now still exists when it is changed.
    let found = warehouses.find_warehouse(warehouse.id).await?;
    let (current, known) = found.ok_or(SaveWarehouseError::Unknown)?;
    if version.is_some_and(|version| version != current) {
        return Err(SaveWarehouseError::Stale);
    }
    let time_zone = warehouse.time_zone.clone().or(known.time_zone);
    warehouses.change_warehouse(&Warehouse { time_zone, ..warehouse.clone() }, current).await
}
