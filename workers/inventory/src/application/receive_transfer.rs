//! Receives a transfer: the goods arrive in the target warehouse, with the value with which they left.

use contracts::stock::Transfer;
use kernel::Failure;
use kernel::ids::TransferId;

use super::explain_refusal::Refusal;
use super::ports::{ChangeTransfers, Unmoved};
use super::ship_transfer::MoveTransferError;

/// Receives one transfer.
pub async fn receive_transfer(
    transfers: &impl ChangeTransfers,
    id: TransferId,
) -> Result<Transfer, MoveTransferError> {
    let transfer = transfers.find(id).await?.ok_or(MoveTransferError::Unknown)?;
    transfers.receive(&transfer).await.map_err(|unmoved| {
        let refusal = match unmoved {
            Unmoved::Conflict => Refusal::Conflict,
            Unmoved::TooMuch => Refusal::TooMuch,
            Unmoved::Failure(failure) => failure.into(),
            // Both rules concern goods that leave or missing rows: planning has made sure that the rows exist.
            Unmoved::Short | Unmoved::UnknownStock => {
                Failure::Defect("goods in transit have no place to arrive at".to_owned()).into()
            }
        };
        refusal.into()
    })
}
