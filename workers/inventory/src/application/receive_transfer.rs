//! Receives a transfer: the goods are in the other warehouse, with the value they left with.

use contracts::stock::Transfer;
use kernel::Failure;
use kernel::ids::TransferId;

use super::ports::{Moved, Transfers};
use super::ship_transfer::MoveTransferError;

/// Receives one transfer.
pub async fn receive_transfer(
    transfers: &impl Transfers,
    id: TransferId,
) -> Result<Transfer, MoveTransferError> {
    let transfer = transfers.find(id).await?.ok_or(MoveTransferError::Unknown)?;
    match transfers.receive(&transfer).await? {
        Moved::Done(transfer) => Ok(transfer),
        Moved::Conflict => Err(MoveTransferError::State),
        Moved::TooMuch => Err(MoveTransferError::TooMuch),
        // Both rules are about goods that leave or rows that are missing: planning made sure of the rows.
        Moved::Short | Moved::UnknownStock => {
            Err(Failure::Defect("goods in transit have no place to arrive at".to_owned()).into())
        }
    }
}
