//! Takes a shipment a step further: packed, shipped, delivered, or cancelled.

use kernel::ids::{OrderId, ShipmentId};
use kernel::{Failure, Timestamp};

use super::ports::shipments::{ShipError, Shipments};
use crate::domain::order::{Shipment, ShipmentStep};

/// Why nothing happens to a shipment.
#[derive(Debug, thiserror::Error)]
pub enum MoveShipmentError {
    #[error("no such shipment")]
    NotFound,
    /// Its status does not allow it.
    #[error("{0}")]
    Conflict(&'static str),
    #[error(transparent)]
    Ship(#[from] ShipError),
}

impl From<Failure> for MoveShipmentError {
    fn from(failure: Failure) -> Self {
        Self::Ship(failure.into())
    }
}

/// Takes a step.
pub async fn move_shipment(
    shipments: &impl Shipments,
    (order_id, id): (OrderId, ShipmentId),
    step: ShipmentStep,
    at: Timestamp,
) -> Result<Shipment, MoveShipmentError> {
    let order = shipments.find_order(order_id).await?.ok_or(MoveShipmentError::NotFound)?;
    let before =
        order.shipments.iter().find(|shipment| shipment.id == id).ok_or(MoveShipmentError::NotFound)?;
    let mut after = before.clone();
    after.take(step, at).map_err(MoveShipmentError::Conflict)?;
    shipments.move_shipment(&order, before, &after).await?;
    Ok(after)
}
