//! Sends goods of a completed order, all that is left or a part.

use kernel::ids::{OrderId, ShipmentId};
use kernel::{Failure, Quantity, Timestamp};
use selling::refund::Article;

use super::ports::shipments::{ShipError, Shipments};
use crate::domain::order::{
    Carriage, Order, OrderStatus, PickError, Shipment, ShipmentMethod, ShipmentStatus, ShipmentStep, pick,
};
use contracts::terms::SalesChannel;

/// How often it is calculated again because another shipment or a refund of the same order was faster.
const ATTEMPTS_MAX: u32 = 3;

/// A requested shipment.
#[derive(Debug)]
pub struct NewShipment {
    pub id: ShipmentId,
    pub order_id: OrderId,
    /// Empty: all that is left.
    pub items: Vec<(Article, Quantity)>,
    pub method: ShipmentMethod,
    /// What has happened to it already; none: somebody begins to pick.
    pub step: Option<ShipmentStep>,
    pub created_by: String,
    /// The request as text.
    pub request: String,
    pub at: Timestamp,
}

/// Why there is no shipment.
#[derive(Debug, thiserror::Error)]
pub enum CreateShipmentError {
    #[error("no such order")]
    NoOrder,
    /// It is not sold yet, or was handed over at a till.
    #[error("{0}")]
    Conflict(&'static str),
    #[error(transparent)]
    Pick(#[from] PickError),
    #[error(transparent)]
    Ship(#[from] ShipError),
}

impl From<Failure> for CreateShipmentError {
    fn from(failure: Failure) -> Self {
        Self::Ship(failure.into())
    }
}

/// Creates a shipment. The same id with the same request is the same shipment.
pub async fn create_shipment(
    shipments: &impl Shipments,
    new: NewShipment,
) -> Result<Shipment, CreateShipmentError> {
    let mut refused = ShipError::Stale;
    for _ in 0..ATTEMPTS_MAX {
        let order = shipments.find_order(new.order_id).await?.ok_or(CreateShipmentError::NoOrder)?;
        if let Some(known) = order.shipments.iter().find(|known| known.id == new.id) {
            let same = known.request == new.request;
            return if same { Ok(known.clone()) } else { Err(ShipError::Taken.into()) };
        }
        check(&order)?;
        let shipment = compute(&order, &new)?;
        match shipments.insert_shipment(&order, &shipment).await {
            Ok(()) => return Ok(shipment),
            // The same request may have been sent twice at once.
            Err(error @ (ShipError::Stale | ShipError::Taken)) => refused = error,
            Err(error) => return Err(error.into()),
        }
    }
    Err(refused.into())
}

fn check(order: &Order) -> Result<(), CreateShipmentError> {
    if order.channel == SalesChannel::POS {
        return Err(CreateShipmentError::Conflict("The goods were handed over at the till."));
    }
    if order.status != OrderStatus::Completed {
        return Err(CreateShipmentError::Conflict("Only a completed order is shipped."));
    }
    Ok(())
}

fn compute(order: &Order, new: &NewShipment) -> Result<Shipment, CreateShipmentError> {
    let mut shipment = Shipment {
        id: new.id,
        order_id: order.id,
        method: new.method,
        status: ShipmentStatus::Picking,
        lines: pick(order, &new.items)?,
        carriage: Carriage::default(),
        created_by: new.created_by.clone(),
        created_at: new.at,
        packed_at: None,
        shipped_at: None,
        delivered_at: None,
        cancelled_at: None,
        cancel_reason: None,
        request: new.request.clone(),
    };
    if let Some(step) = new.step.clone() {
        shipment.take(step, new.at).map_err(CreateShipmentError::Conflict)?;
    }
    Ok(shipment)
}
