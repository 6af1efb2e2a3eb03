//! Cancels an order that waits for payment.

use contracts::terms::SalesChannel;
use kernel::Failure;
use kernel::ids::OrderId;

use super::change_order::find_to_change;
use super::ports::orders::{ChangeError, Orders};
use crate::domain::order::{Order, OrderStatus};

/// Why an order is not cancelled.
#[derive(Debug, thiserror::Error)]
pub enum CancelOrderError {
    #[error(transparent)]
    Change(#[from] ChangeError),
    /// It is paid or already cancelled.
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
    let sees = |order: &Order| order.channel == channel && sees(order);
    let order = find_to_change(orders, id, None, sees).await?;
    match order.status {
        OrderStatus::PendingPayment => {}
        OrderStatus::PaymentConfirmed => return Err(ChangeError::Busy.into()),
        OrderStatus::Completed => {
            return Err(CancelOrderError::Conflict("The order is completed: refund it instead."));
        }
        OrderStatus::Cancelled => return Err(CancelOrderError::Conflict("The order is already cancelled.")),
    }
    Ok(orders.cancel(order, reason).await?.ok_or(ChangeError::Contended)?)
}
