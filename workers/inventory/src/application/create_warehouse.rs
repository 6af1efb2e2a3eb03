//! Adds a warehouse or shop; every item gets a row of stock in it.

use contracts::stock::Warehouse;
use kernel::Failure;
use kernel::ids::WarehouseId;
use kernel::text::{Code, Name, Region};

use super::ports::{WarehouseSaved, Warehouses};

/// A warehouse to be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewWarehouse {
    /// The client's id, if it brings one.
    pub id: Option<WarehouseId>,
    /// Its short code.
    pub code: Code,
    /// Its name.
    pub name: Name,
    /// Where sales from it are taxed.
    pub region: Region,
}

/// Why a warehouse was not saved.
#[derive(Debug, thiserror::Error)]
pub enum SaveWarehouseError {
    /// There is no such warehouse.
    #[error("no such warehouse")]
    Unknown,
    /// The id is used by another warehouse.
    #[error("the id is another warehouse's")]
    IdTaken,
    /// The code is used by another warehouse.
    #[error("the code is another warehouse's")]
    CodeTaken,
    /// It was changed meanwhile.
    #[error("the warehouse was changed meanwhile")]
    Stale,
    /// There are as many as there may be.
    #[error("there are as many warehouses as there may be")]
    TooMany,
    /// The outside failed.
    #[error(transparent)]
    Failure(#[from] Failure),
}

/// Adds one warehouse; its version and itself.
pub async fn create_warehouse(
    warehouses: &impl Warehouses,
    new: NewWarehouse,
) -> Result<(i64, Warehouse), SaveWarehouseError> {
    let id = match new.id {
        Some(id) => id,
        None => warehouses.new_id()?,
    };
    let warehouse = Warehouse { id, code: new.code, name: new.name, region: new.region };
    saved(warehouses.create(&warehouse).await?)
}

pub(super) fn saved(saved: WarehouseSaved) -> Result<(i64, Warehouse), SaveWarehouseError> {
    match saved {
        WarehouseSaved::Done(version, warehouse) => Ok((version, warehouse)),
        WarehouseSaved::IdTaken => Err(SaveWarehouseError::IdTaken),
        WarehouseSaved::CodeTaken => Err(SaveWarehouseError::CodeTaken),
        WarehouseSaved::Stale => Err(SaveWarehouseError::Stale),
        WarehouseSaved::TooMany => Err(SaveWarehouseError::TooMany),
    }
}
