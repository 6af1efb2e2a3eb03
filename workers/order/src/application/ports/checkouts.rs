//! Checkouts in progress.

use std::future::Future;

use contracts::stock::ItemAvailability;
use kernel::ids::OrderId;
use kernel::{Failure, Timestamp};

use super::orders::StoredOrder;
use super::peers::{CardGiven, Released};
use crate::domain::checkout::{State, Tender};
use crate::domain::order::{Order, Payment, PaymentStatus};

/// A checkout in progress.
#[derive(Debug, Clone)]
pub struct Checkout {
    /// The order, with the payment attempt.
    pub order: Order,
    pub state: State,
    /// The card; never stored.
    pub card: Option<CardGiven>,
    /// Whether the attempt ends if it still waits for the buyer.
    pub gives_up: bool,
    /// Inventory's answer when it refused.
    pub availability: Option<Vec<ItemAvailability>>,
    /// How the money was released, if it was.
    pub released: Option<Released>,
}

impl Checkout {
    /// The checkout of an order whose first state was just stored.
    #[must_use]
    pub fn begun(order: Order, state: State, card: Option<CardGiven>) -> Self {
        Self { order, state, card, gives_up: false, availability: None, released: None }
    }

    /// The stopped checkout of an order; none when no checkout is in progress.
    #[must_use]
    pub fn resumed(stored: StoredOrder) -> Option<Self> {
        let tender = stored.order.active_payment().map_or(Tender::Hand, Payment::tender);
        let state = stored.step?.state(tender, stored.shortage.is_some());
        let (order, availability) = (stored.order, stored.shortage);
        Some(Self { order, state, card: None, gives_up: false, availability, released: None })
    }
}

/// How a run of a checkout ended.
#[derive(Debug)]
pub enum Ended {
    /// The sale is made.
    Completed(Order),
    /// Out of stock; the order is cancelled.
    OutOfStock(Vec<ItemAvailability>),
    /// The attempt failed for this reason; the order waits for another attempt.
    Declined(String),
    /// The buyer has to confirm the payment at this address, and then to ask again.
    BuyerAsked(Order, String),
    /// It cannot continue now; the sweep will resume it.
    Waiting(Order, Failure),
    /// Another run has advanced the checkout: read the order again.
    Overtaken(OrderId),
}

/// Checkouts in progress. A step that returns an order returns its current state, and none when another run has
/// advanced the checkout: then nothing happened.
pub trait Checkouts: Sync {
    /// Stores the state before its effect.
    fn store(&self, checkout: &Checkout) -> impl Future<Output = Result<Option<Order>, Failure>> + Send;

    /// Stores that the provider did not answer.
    fn doubt(&self, checkout: &Checkout) -> impl Future<Output = Result<Option<Order>, Failure>> + Send;

    /// Stores the sale: payments, costs, totals of the day, and the events.
    fn complete(&self, checkout: &Checkout) -> impl Future<Output = Result<Option<Order>, Failure>> + Send;

    /// Stores the cancellation for lack of these goods, and the notice to the customer.
    fn cancel(
        &self,
        checkout: &Checkout,
        availability: &[ItemAvailability],
    ) -> impl Future<Output = Result<Option<Order>, Failure>> + Send;

    /// Stores that a till's sale has happened although it was cancelled or undecided: it is in progress again, now as
    /// offline, with these payments in place of the voided ones.
    fn revive(
        &self,
        order: Order,
        payments: Vec<Payment>,
        sold_at: Timestamp,
    ) -> impl Future<Output = Result<Option<Order>, Failure>> + Send;

    /// Stores that the payment attempt failed, as Declined or Voided, and why. The order waits for another attempt, or
    /// is cancelled if its goods have run out in the meantime.
    fn decline(
        &self,
        checkout: &Checkout,
        status: PaymentStatus,
        reason: String,
    ) -> impl Future<Output = Result<Ended, Failure>> + Send;
}
