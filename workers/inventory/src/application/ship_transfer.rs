//! Ships a transfer: the goods leave the source warehouse with their value and are in transit.

use contracts::stock::Transfer;
use kernel::Failure;
use kernel::ids::TransferId;

use super::explain_refusal::{Asked, Refusal, explain_refusal};
use super::ports::ChangeTransfers;
use crate::domain::shortage::Wanted;

/// Why goods did not move.
#[derive(Debug, thiserror::Error)]
pub enum MoveTransferError {
    #[error("no such transfer")]
    Unknown,
    /// A conflict: the transfer is already shipped or received, or is to be received before it was shipped.
    #[error(transparent)]
    Refused(#[from] Refusal),
}

impl From<Failure> for MoveTransferError {
    fn from(failure: Failure) -> Self {
        Self::Refused(failure.into())
    }
}

/// Ships one transfer.
pub async fn ship_transfer(
    transfers: &impl ChangeTransfers,
    id: TransferId,
) -> Result<Transfer, MoveTransferError> {
    let transfer = transfers.find(id).await?.ok_or(MoveTransferError::Unknown)?;
    match transfers.ship(&transfer).await {
        Ok(transfer) => Ok(transfer),
        Err(unmoved) => Err(explain_refusal(transfers, unmoved, &asked(&transfer)).await.into()),
    }
}

fn asked(transfer: &Transfer) -> Asked<'_> {
    let leaving =
        transfer.items.iter().map(|item| Wanted { sku: item.sku.clone(), units: item.quantity.units() });
    Asked {
        warehouse_id: transfer.from_warehouse_id,
        skus: transfer.items.iter().map(|item| &item.sku).collect(),
        leaving: leaving.collect(),
    }
}
