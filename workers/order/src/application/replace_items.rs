//! Replaces the items of an order while it waits for payment. Prices are today's.

use contracts::terms::SalesChannel;
use kernel::ids::OrderId;
use kernel::{Failure, Money, Timestamp};

use super::basket::{BasketError, BasketRequest, WantedLine, fill_basket, find_ground};
use super::change_order::change_order;
use super::ports::orders::{ChangeError, Orders, Party, Wanted};
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
    /// Whether who changes it may give reductions.
    pub gives_discounts: bool,
    /// The new delivery address, if it changes.
    pub shipping_address: Option<Address>,
    /// The new address for the invoice, if it changes.
    pub billing_address: Option<Address>,
    /// The version that the client has read.
    pub expected_version: Option<i64>,
    pub now: Timestamp,
}

/// Why nothing is replaced.
#[derive(Debug, thiserror::Error)]
pub enum ReplaceItemsError {
    #[error(transparent)]
    Change(#[from] ChangeError),
    /// It is paid or cancelled.
    #[error("the order does not wait for payment")]
    Conflict,
    /// The items cannot be sold like this.
    #[error(transparent)]
    Basket(#[from] BasketError),
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
    let Replacement { order_id, channel, lines, discount, gives_discounts, expected_version, now, .. } =
        replacement;
    let (shipping_address, billing_address) = (replacement.shipping_address, replacement.billing_address);
    let sees = |order: &Order| order.channel == channel && sees(order);
    change_order(orders, order_id, expected_version, sees, async |mut order| {
        if order.status != OrderStatus::PendingPayment {
            return Err(ReplaceItemsError::Conflict);
        }
        order.shipping_address = shipping_address.or(order.shipping_address);
        order.billing_address = billing_address.or(order.billing_address);
        let region = order.shipping_address.as_ref().map(|address| &address.region);
        let warehouse_id = order.warehouse_id;
        let party = Party::Customer(None);
        let wanted = Wanted { order_id: Some(order_id), warehouse_id, region, party, at: now };
        let background = orders.background(&wanted).await?;
        let ground = find_ground(orders, goods, &background, &wanted).await?;
        let currency = order.currency;
        let request =
            BasketRequest { channel, currency, lines: &lines, discount, gives_discounts, happened: None };
        let basket = fill_basket(catalogue, &request, &ground.taxation).await?;
        order.replace_lines(basket.lines);
        order.totals = basket.totals;
        Ok(order)
    })
    .await
}
