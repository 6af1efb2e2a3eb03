//! Adds a warehouse or shop; every item gets a row of stock in it.

use contracts::stock::Warehouse;
use kernel::Failure;

use super::ports::SaveWarehouses;

/// Why a warehouse was not saved.
#[derive(Debug, thiserror::Error)]
pub enum SaveWarehouseError {
    #[error("no such warehouse")]
    Unknown,
    /// The id belongs to a warehouse with other data.
    #[error("the id belongs to another warehouse")]
    IdTaken,
    #[error("the code belongs to another warehouse")]
    CodeTaken,
    /// It was changed since the given version.
    #[error("the warehouse was changed meanwhile")]
    Stale,
    #[error("the maximum number of warehouses is reached")]
    TooMany,
    /// The outside failed.
    #[error(transparent)]
    Failure(#[from] Failure),
}

/// Adds one warehouse, once per id. Returns its version and the warehouse.
pub async fn create_warehouse(
    warehouses: &impl SaveWarehouses,
    warehouse: &Warehouse,
) -> Result<(i64, Warehouse), SaveWarehouseError> {
    warehouses.create_warehouse(warehouse).await
}
