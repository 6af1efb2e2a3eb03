//! Ships a transfer: the goods leave the one warehouse with their value and are in transit.

use contracts::stock::{ItemAvailability, Transfer};
use kernel::Failure;
use kernel::ids::TransferId;
use kernel::text::Sku;

use super::ports::{Moved, Stock, Transfers};
use crate::domain::shortage::{Wanted, availability};

/// Why goods did not move.
#[derive(Debug, thiserror::Error)]
pub enum MoveTransferError {
    /// There is no such transfer.
    #[error("no such transfer")]
    Unknown,
    /// It is shipped or received already, or is to be received before it is shipped.
    #[error("the transfer's state does not allow it")]
    State,
    /// Too little: each line with what is there.
    #[error("out of stock")]
    OutOfStock(Vec<ItemAvailability>),
    /// Units or values beyond what the warehouse can hold.
    #[error("too much")]
    TooMuch,
    /// The outside failed.
    #[error(transparent)]
    Failure(#[from] Failure),
}

/// Ships one transfer.
pub async fn ship_transfer(
    transfers: &impl Transfers,
    stock: &impl Stock,
    id: TransferId,
) -> Result<Transfer, MoveTransferError> {
    let transfer = transfers.find(id).await?.ok_or(MoveTransferError::Unknown)?;
    match transfers.ship(&transfer).await? {
        Moved::Done(transfer) => Ok(transfer),
        Moved::Conflict => Err(MoveTransferError::State),
        Moved::TooMuch => Err(MoveTransferError::TooMuch),
        Moved::Short | Moved::UnknownStock => {
            let skus: Vec<&Sku> = transfer.items.iter().map(|item| &item.sku).collect();
            let wanted: Vec<Wanted> = transfer
                .items
                .iter()
                .map(|item| Wanted { sku: item.sku.clone(), units: item.quantity.units() })
                .collect();
            let on_hand = stock.on_hand(transfer.from_warehouse_id, &skus).await?.unwrap_or_default();
            Err(MoveTransferError::OutOfStock(availability(&wanted, &on_hand)))
        }
    }
}
