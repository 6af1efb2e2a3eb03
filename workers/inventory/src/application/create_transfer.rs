//! Plans a transfer of goods between two warehouses. Nothing moves before it is shipped.

use contracts::stock::{CreateTransfer, Transfer};
use kernel::Failure;
use kernel::ids::TransferId;
use kernel::text::Sku;

use super::ports::{ChangeTransfers, Unmoved};
use crate::domain::lines::{LinesError, some_each_once};
use crate::domain::shortage::{spelled, unknown_lines};

/// The most lines of a transfer.
pub const LINES_MAX: usize = 1000;

/// Why no transfer was planned.
#[derive(Debug, thiserror::Error)]
pub enum CreateTransferError {
    /// No lines, too many, or a duplicate SKU.
    #[error(transparent)]
    Lines(#[from] LinesError),
    /// Source and target are the same warehouse.
    #[error("both warehouses are the same")]
    SameWarehouse,
    /// The source warehouse does not exist.
    #[error("unknown source warehouse")]
    UnknownFrom,
    /// The target warehouse does not exist.
    #[error("unknown target warehouse")]
    UnknownTo,
    /// These lines have SKUs that are not kept in stock.
    #[error("unknown SKUs")]
    UnknownSkus(Vec<usize>),
    /// The id was used for another transfer.
    #[error("the id belongs to another transfer")]
    Conflict,
    /// The outside failed.
    #[error(transparent)]
    Failure(#[from] Failure),
}

/// Plans one transfer.
pub async fn create_transfer(
    transfers: &impl ChangeTransfers,
    id: TransferId,
    request: &CreateTransfer,
) -> Result<Transfer, CreateTransferError> {
    some_each_once(request.items.iter().map(|item| &item.sku), LINES_MAX)?;
    if request.from_warehouse_id == request.to_warehouse_id {
        return Err(CreateTransferError::SameWarehouse);
    }
    let unmoved = match transfers.create(id, request).await {
        Ok(transfer) => return Ok(transfer),
        Err(unmoved) => unmoved,
    };
    let respelled = respelled(transfers, &unmoved, request).await?;
    let (request, created) = match &respelled {
        None => (request, Err(unmoved)),
        Some(request) => {
            some_each_once(request.items.iter().map(|item| &item.sku), LINES_MAX)?;
            (request, transfers.create(id, request).await)
        }
    };
    match created {
        Ok(transfer) => Ok(transfer),
        Err(Unmoved::Conflict) => Err(CreateTransferError::Conflict),
        Err(Unmoved::Failure(failure)) => Err(failure.into()),
        Err(Unmoved::Short | Unmoved::UnknownStock | Unmoved::TooMuch) => {
            Err(explain(transfers, request).await?)
        }
    }
}

/// The request with the SKUs as the catalogue has them, if that makes a difference.
async fn respelled(
    transfers: &impl ChangeTransfers,
    unmoved: &Unmoved,
    request: &CreateTransfer,
) -> Result<Option<CreateTransfer>, Failure> {
    if !matches!(unmoved, Unmoved::UnknownStock) {
        return Ok(None);
    }
    let skus: Vec<&Sku> = request.items.iter().map(|item| &item.sku).collect();
    let on_hand = transfers.on_hand(request.from_warehouse_id, &skus).await?.unwrap_or_default();
    let mut respelled = request.clone();
    for item in &mut respelled.items {
        item.sku = spelled(&item.sku, &on_hand);
    }
    Ok((respelled != *request).then_some(respelled))
}

async fn explain(
    transfers: &impl ChangeTransfers,
    request: &CreateTransfer,
) -> Result<CreateTransferError, Failure> {
    let skus: Vec<&Sku> = request.items.iter().map(|item| &item.sku).collect();
    let Some(on_hand) = transfers.on_hand(request.from_warehouse_id, &skus).await? else {
        return Ok(CreateTransferError::UnknownFrom);
    };
    let unknown = unknown_lines(skus, &on_hand);
    // Every item has a row in every warehouse, so the only remaining cause is the target warehouse.
    Ok(if unknown.is_empty() {
        CreateTransferError::UnknownTo
    } else {
        CreateTransferError::UnknownSkus(unknown)
    })
}
