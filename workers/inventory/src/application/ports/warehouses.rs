//! Warehouses.

use std::future::Future;

use contracts::stock::Warehouse;
use kernel::Failure;
use kernel::ids::WarehouseId;

use crate::application::create_warehouse::SaveWarehouseError;

/// Read access to warehouses.
pub trait Warehouses: Sync {
    /// A warehouse with its version.
    fn find_warehouse(
        &self,
        id: WarehouseId,
    ) -> impl Future<Output = Result<Option<(i64, Warehouse)>, Failure>> + Send;
}

/// Changes of warehouses.
pub trait SaveWarehouses: Warehouses {
    /// Adds a warehouse, with a row of stock for every item; once per id. Returns its version and the warehouse.
    fn create_warehouse(
        &self,
        warehouse: &Warehouse,
    ) -> impl Future<Output = Result<(i64, Warehouse), SaveWarehouseError>> + Send;

    /// Replaces a warehouse that has this version. Returns its new version and the warehouse.
    fn change_warehouse(
        &self,
        warehouse: &Warehouse,
        version: i64,
    ) -> impl Future<Output = Result<(i64, Warehouse), SaveWarehouseError>> + Send;
}
