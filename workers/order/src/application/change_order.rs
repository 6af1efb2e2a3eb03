//! Changes an order of any channel, outside of its checkout.

use kernel::ids::OrderId;

use super::ports::orders::{ChangeError, Orders};
use crate::domain::order::Order;

/// Applies `change` to the order and stores the result. `sees` decides which orders the caller may change. With
/// `expected_version`, the version that the client has read, only if the order still has it.
pub async fn change_order<E: From<ChangeError>>(
    orders: &impl Orders,
    id: OrderId,
    expected_version: Option<i64>,
    sees: impl Fn(&Order) -> bool,
    change: impl AsyncFnOnce(Order) -> Result<Order, E>,
) -> Result<Order, E> {
    let before = find_to_change(orders, id, expected_version, sees).await?;
    let after = change(before.clone()).await?;
    let saved = orders.save(&before, after).await;
    Ok(saved.map_err(|error| match error {
        ChangeError::Contended if expected_version.is_some() => ChangeError::Stale,
        error => error,
    })?)
}

/// The order, when the caller may change it now.
pub(super) async fn find_to_change(
    orders: &impl Orders,
    id: OrderId,
    expected_version: Option<i64>,
    sees: impl Fn(&Order) -> bool,
) -> Result<Order, ChangeError> {
    let stored = orders.find_stored(id).await?.filter(|stored| sees(&stored.order));
    let stored = stored.ok_or(ChangeError::NotFound)?;
    if expected_version.is_some_and(|version| version != stored.order.version) {
        return Err(ChangeError::Stale);
    }
    if stored.step.is_some() { Err(ChangeError::Busy) } else { Ok(stored.order) }
}
