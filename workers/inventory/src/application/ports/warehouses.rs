//! Warehouses.

use std::future::Future;

use contracts::stock::Warehouse;
use kernel::Failure;
use kernel::ids::WarehouseId;

use crate::application::create_warehouse::SaveWarehouseError;

/// Warehouses as they are.
pub trait Warehouses: Sync {
    /// The version of a warehouse, and itself.
    fn find_warehouse(
        &self,
        id: WarehouseId,
    ) -> impl Future<Output = Result<Option<(i64, Warehouse)>, Failure>> + Send;
}

/// How they become so.
pub trait SaveWarehouses: Warehouses {
    /// Adds a warehouse, with a row of stock for every item; once per id. Its version and itself.
    fn create_warehouse(
        &self,
        warehouse: &Warehouse,
    ) -> impl Future<Output = Result<(i64, Warehouse), SaveWarehouseError>> + Send;

    /// Replaces a warehouse that has this version. Its new version and itself.
    fn change_warehouse(
        &self,
        warehouse: &Warehouse,
        version: i64,
    ) -> impl Future<Output = Result<(i64, Warehouse), SaveWarehouseError>> + Send;
}
