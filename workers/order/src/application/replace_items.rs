//! Replaces the items of an order while it waits for payment. Prices are today's.

use contracts::terms::SalesChannel;
use kernel::ids::OrderId;
use kernel::{Failure, Money, Timestamp};

use super::basket::{BasketError, BasketRequest, WantedLine, fill_basket, find_ground};
use super::ports::orders::{Orders, ReplaceError, Wanted};
use super::ports::peers::{Catalogue, Goods};
use crate::domain::order::{Address, Order, OrderStatus};

/// The new content of the order.
#[derive(Debug, Clone)]
pub struct Replacement {
    pub order_id: OrderId,
    /// The channel that the order must have.
    pub channel: SalesChannel,
    pub lines: Vec<WantedLine>,
    /// A whole-order discount.
    pub discount: Option<Money>,
    /// The new delivery address, if it changes.
    pub shipping_address: Option<Address>,
    /// The version that the client has read.
    pub expected_version: Option<i64>,
    pub now: Timestamp,
}

/// Why nothing is replaced.
#[derive(Debug, thiserror::Error)]
pub enum ReplaceItemsError {
    /// It does not exist, or this caller may not see it.
    #[error("the order is unknown")]
    NotFound,
    /// It is paid, being paid, or cancelled.
    #[error("the order does not wait for payment")]
    Conflict,
    /// The items cannot be sold like this.
    #[error(transparent)]
    Basket(#[from] BasketError),
    #[error(transparent)]
    Replace(#[from] ReplaceError),
    #[error(transparent)]
    Failure(#[from] Failure),
}

/// Replaces the items; `sees` decides which orders the caller may change.
pub async fn replace_items(
    orders: &impl Orders,
    catalogue: &impl Catalogue,
    goods: &impl Goods,
    replacement: Replacement,
    sees: impl Fn(&Order) -> bool + Sync,
) -> Result<Order, ReplaceItemsError> {
    let stored = orders.find_stored(replacement.order_id).await?;
    let stored = stored.filter(|stored| stored.order.channel == replacement.channel && sees(&stored.order));
    let stored = stored.ok_or(ReplaceItemsError::NotFound)?;
    let before = stored.order;
    if replacement.expected_version.is_some_and(|version| version != before.version) {
        return Err(ReplaceError::Stale.into());
    }
    if before.status != OrderStatus::PendingPayment || stored.step.is_some() {
        return Err(ReplaceItemsError::Conflict);
    }
    let mut after = before.clone();
    if let Some(address) = replacement.shipping_address {
        after.shipping_address = Some(address);
    }
    let region = after.shipping_address.as_ref().map(|address| &address.region);
    let wanted = Wanted { order_id: before.id, warehouse_id: before.warehouse_id, region, customer_id: None };
    let mut background = orders.background(&wanted).await?;
    let ground = find_ground(orders, goods, &mut background, before.warehouse_id, region).await?;
    let request = BasketRequest {
        channel: before.channel,
        currency: before.currency,
        lines: &replacement.lines,
        discount: replacement.discount,
        happened: false,
    };
    let basket = fill_basket(catalogue, &request, &ground.rates).await?;
    (after.lines, after.totals) = (basket.lines, basket.totals);
    after.changed(replacement.now);
    Ok(orders.replace(&before, after).await?)
}
