//! Plans a transfer of goods between two warehouses. Nothing moves before it is shipped.

use contracts::stock::{CreateTransfer, Transfer};
use kernel::Failure;
use kernel::text::Sku;

use super::explain_refusal::{Refusal, explain_refusal};
use super::ports::{Moved, Stock, Transfers};
use crate::domain::lines::{LinesError, some_each_once};

/// The most lines of a transfer.
pub const LINES_MAX: usize = 1000;

/// Why no transfer was planned.
#[derive(Debug, thiserror::Error)]
pub enum CreateTransferError {
    /// No lines, too many, or a SKU that stands twice.
    #[error(transparent)]
    Lines(#[from] LinesError),
    /// From a warehouse to itself.
    #[error("both warehouses are the same")]
    SameWarehouse,
    /// There is no warehouse that the goods could leave.
    #[error("unknown warehouse to leave")]
    UnknownFrom,
    /// There is no warehouse that they could go to.
    #[error("unknown warehouse to go to")]
    UnknownTo,
    /// These lines name SKUs that are not kept.
    #[error("unknown SKUs")]
    UnknownSkus(Vec<usize>),
    /// The id was used for another transfer.
    #[error("the id is another transfer's")]
    Conflict,
    /// The outside failed.
    #[error(transparent)]
    Failure(#[from] Failure),
}

/// Plans one transfer.
pub async fn create_transfer(
    transfers: &impl Transfers,
    stock: &impl Stock,
    request: &CreateTransfer,
) -> Result<Transfer, CreateTransferError> {
    some_each_once(request.items.iter().map(|item| &item.sku), LINES_MAX)?;
    if request.from_warehouse_id == request.to_warehouse_id {
        return Err(CreateTransferError::SameWarehouse);
    }
    let id = match request.id {
        Some(id) => id,
        None => transfers.new_id()?,
    };
    match transfers.create(id, request).await? {
        Moved::Done(transfer) => Ok(transfer),
        Moved::Conflict => Err(CreateTransferError::Conflict),
        Moved::Short | Moved::UnknownStock | Moved::TooMuch => {
            let skus: Vec<&Sku> = request.items.iter().map(|item| &item.sku).collect();
            Err(match explain_refusal(stock, request.from_warehouse_id, &skus, &[]).await? {
                Refusal::UnknownWarehouse => CreateTransferError::UnknownFrom,
                Refusal::UnknownSkus(lines) => CreateTransferError::UnknownSkus(lines),
                // Every item is kept in every warehouse: what is left is the other warehouse.
                Refusal::OutOfStock(_) => CreateTransferError::UnknownTo,
            })
        }
    }
}
