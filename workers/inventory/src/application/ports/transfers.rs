//! Transfers between warehouses.

use std::future::Future;

use contracts::stock::{CreateTransfer, Transfer};
use kernel::Failure;
use kernel::ids::TransferId;

use super::{Holdings, Unmoved};

/// Read access to transfers.
pub trait Transfers: Sync {
    /// A transfer.
    fn find(&self, id: TransferId) -> impl Future<Output = Result<Option<Transfer>, Failure>> + Send;
}

/// Changes of transfers.
pub trait ChangeTransfers: Transfers + Holdings {
    /// Plans a transfer, once per id.
    fn create(
        &self,
        id: TransferId,
        request: &CreateTransfer,
    ) -> impl Future<Output = Result<Transfer, Unmoved>> + Send;

    /// Takes the goods out of the source warehouse.
    fn ship(&self, transfer: &Transfer) -> impl Future<Output = Result<Transfer, Unmoved>> + Send;

    /// Adds them to the target warehouse, with the same value.
    fn receive(&self, transfer: &Transfer) -> impl Future<Output = Result<Transfer, Unmoved>> + Send;
}
