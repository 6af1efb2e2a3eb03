//! Shipments.

use std::future::Future;

use kernel::Failure;

use super::orders::FindOrder;
use crate::domain::order::{Order, Shipment};

/// Why a shipment is not stored.
#[derive(Debug, thiserror::Error)]
pub enum ShipError {
    /// The id was used for another shipment.
    #[error("the id belongs to another shipment")]
    Taken,
    /// It is based on data that has changed: the order is being shipped or refunded.
    #[error("the order is being shipped or refunded")]
    Stale,
    #[error(transparent)]
    Failure(#[from] Failure),
}

/// Shipments of completed orders.
pub trait Shipments: FindOrder {
    /// Stores a new shipment with its lines, and the notice to the customer if it has left.
    fn insert_shipment(
        &self,
        order: &Order,
        shipment: &Shipment,
    ) -> impl Future<Output = Result<(), ShipError>> + Send;

    /// Stores what happened to a shipment, and the notice to the customer if it concerns them.
    fn move_shipment(
        &self,
        order: &Order,
        before: &Shipment,
        after: &Shipment,
    ) -> impl Future<Output = Result<(), ShipError>> + Send;
}
