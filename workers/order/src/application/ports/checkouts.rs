//! Checkouts under way.

use std::future::Future;

use contracts::stock::ItemAvailability;
use kernel::ids::OrderId;
use kernel::{Failure, Timestamp};

use super::orders::StoredOrder;
use super::peers::Released;
use crate::domain::checkout::{State, Tender};
use crate::domain::order::{Order, Payment, PaymentStatus};

/// A checkout under way.
#[derive(Debug, Clone)]
pub struct Checkout {
    /// The order, with the attempt to pay.
    pub order: Order,
    pub state: State,
    /// The provider's token; never stored.
    pub token: Option<String>,
    /// What inventory said when it refused.
    pub availability: Option<Vec<ItemAvailability>>,
    /// How the money was let go, when it was.
    pub released: Option<Released>,
}

impl Checkout {
    /// The checkout of an order whose first state was just stored.
    #[must_use]
    pub fn begun(order: Order, state: State, token: Option<String>) -> Self {
        Self { order, state, token, availability: None, released: None }
    }

    /// The checkout that was stopped; none when none runs.
    #[must_use]
    pub fn resumed(stored: StoredOrder) -> Option<Self> {
        let tender = stored.order.active_payment().map_or(Tender::Hand, Payment::tender);
        let state = stored.step?.state(tender, stored.shortage.is_some());
        Some(Self { order: stored.order, state, token: None, availability: stored.shortage, released: None })
    }
}

/// How a run of a checkout ended.
#[derive(Debug)]
pub enum Ended {
    /// The sale is made.
    Completed(Order),
    /// The stock was gone and the order is cancelled.
    OutOfStock(Vec<ItemAvailability>),
    /// The attempt failed for this reason; the order waits for another.
    Declined(String),
    /// It cannot go on now; the sweeper takes it up.
    Waiting(Order, Failure),
    /// Another run has moved the checkout on: read the order again.
    Overtaken(OrderId),
}

/// Checkouts under way. Where a step answers an order, it is the order as it is now, and none when another run has
/// moved the checkout on: then nothing happened.
pub trait Checkouts: Sync {
    /// Stores the state before its effect.
    fn store(&self, checkout: &Checkout) -> impl Future<Output = Result<Option<Order>, Failure>> + Send;

    /// Stores that the provider did not answer.
    fn doubt(&self, checkout: &Checkout) -> impl Future<Output = Result<Option<Order>, Failure>> + Send;

    /// Stores the sale: payments, costs, totals of the day, and what the world is told.
    fn complete(&self, checkout: &Checkout) -> impl Future<Output = Result<Option<Order>, Failure>> + Send;

    /// Stores the end without a sale for lack of these goods, and the notice to the customer.
    fn cancel(
        &self,
        checkout: &Checkout,
        availability: &[ItemAvailability],
    ) -> impl Future<Output = Result<Option<Order>, Failure>> + Send;

    /// Stores that a till's sale which is cancelled, or not yet decided, has happened: it is under way, now offline,
    /// with these payments in place of those that were void.
    fn revive(
        &self,
        order: Order,
        payments: Vec<Payment>,
        sold_at: Timestamp,
    ) -> impl Future<Output = Result<Option<Order>, Failure>> + Send;

    /// Stores that the attempt to pay came to nothing, as Declined or Voided, and why. The order waits for another,
    /// or is cancelled where what it is for ran out meanwhile.
    fn decline(
        &self,
        checkout: &Checkout,
        status: PaymentStatus,
        reason: String,
    ) -> impl Future<Output = Result<Ended, Failure>> + Send;
}
