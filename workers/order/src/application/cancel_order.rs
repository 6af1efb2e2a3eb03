//! Cancels an order that waits for payment.

use contracts::terms::SalesChannel;
use kernel::Failure;
use kernel::ids::OrderId;

use super::ports::orders::Orders;
use crate::domain::order::{Order, OrderStatus};

/// Why an order is not cancelled.
#[derive(Debug, thiserror::Error)]
pub enum CancelOrderError {
    /// It does not exist, or this caller may not see it.
    #[error("the order is unknown")]
    NotFound,
    /// It is paid, being paid, or already cancelled.
    #[error("{0}")]
    Conflict(&'static str),
    #[error(transparent)]
    Failure(#[from] Failure),
}

/// Cancels; `sees` decides which orders the caller may change.
pub async fn cancel_order(
    orders: &impl Orders,
    id: OrderId,
    channel: SalesChannel,
    reason: &str,
    sees: impl Fn(&Order) -> bool + Sync,
) -> Result<Order, CancelOrderError> {
    let stored = orders.find_stored(id).await?;
    let stored = stored.filter(|stored| stored.order.channel == channel && sees(&stored.order));
    let stored = stored.ok_or(CancelOrderError::NotFound)?;
    match stored.order.status {
        OrderStatus::PendingPayment if stored.step.is_none() => {}
        OrderStatus::Cancelled => return Err(CancelOrderError::Conflict("The order is already cancelled.")),
        OrderStatus::Completed => {
            return Err(CancelOrderError::Conflict("The order is completed: refund it instead."));
        }
        _ => return Err(CancelOrderError::Conflict("The order is being paid.")),
    }
    let cancelled = orders.cancel(stored.order, reason).await?;
    cancelled.ok_or(CancelOrderError::Conflict("Another request is changing or paying this order."))
}
