//! Adds a warehouse or shop; every item gets a row of stock in it.

use contracts::stock::Warehouse;
use kernel::Failure;

use super::ports::SaveWarehouses;

/// Why a warehouse was not saved.
#[derive(Debug, thiserror::Error)]
pub enum SaveWarehouseError {
    #[error("no such warehouse")]
    Unknown,
    /// The id is used by a warehouse that looks different.
    #[error("the id is another warehouse's")]
    IdTaken,
    #[error("the code is another warehouse's")]
    CodeTaken,
    /// It was changed since the version named.
    #[error("the warehouse was changed meanwhile")]
    Stale,
    #[error("there are as many warehouses as there may be")]
    TooMany,
    /// The outside failed.
    #[error(transparent)]
    Failure(#[from] Failure),
}

/// Adds one warehouse, once per id; its version and itself.
pub async fn create_warehouse(
    warehouses: &impl SaveWarehouses,
    warehouse: &Warehouse,
) -> Result<(i64, Warehouse), SaveWarehouseError> {
    warehouses.create_warehouse(warehouse).await
}
