//! Refunds and credit notes.

use std::future::Future;

use contracts::stock::Warehouse;
use contracts::terms::SalesChannel;
use kernel::ids::{CustomerId, OrderId, RefundId, WarehouseId};
use kernel::{Currency, Failure, Timestamp};

use crate::domain::refund::{PaidPart, Refund, SoldLine};

/// What can still be refunded of an order.
#[derive(Debug)]
pub struct Refundable {
    /// `ORD-2026-000001`.
    pub order_number: String,
    /// Whether it is completed; only then anything can.
    pub completed: bool,
    /// The channel whose revenue is reduced.
    pub channel: SalesChannel,
    pub customer_id: Option<CustomerId>,
    /// Where the goods go back to.
    pub warehouse_id: WarehouseId,
    /// The currency of every amount.
    pub currency: Currency,
    pub lines: Vec<SoldLine>,
    /// Its captured payments.
    pub payments: Vec<PaidPart>,
}

/// Why a refund is not recorded.
#[derive(Debug, thiserror::Error)]
pub enum RecordError {
    /// The id or the key stands for another refund.
    #[error("the id is another refund's")]
    Taken,
    /// What it was computed from has changed: other refunds of the order are under way.
    #[error("other refunds of the order are under way")]
    Stale,
    /// Only a completed order has anything to give back.
    #[error("the order is not completed")]
    NotCompleted,
    #[error("no such till")]
    NoTill,
    #[error(transparent)]
    Failure(#[from] Failure),
}

/// Refunds and credit notes.
pub trait Refunds: Sync {
    /// What is left of an order; none when there is no such order.
    fn refundable(
        &self,
        order_id: OrderId,
    ) -> impl Future<Output = Result<Option<Refundable>, Failure>> + Send;

    /// The refund of an id.
    fn find_refund(&self, id: RefundId) -> impl Future<Output = Result<Option<Refund>, Failure>> + Send;

    /// What an earlier attempt recorded under this id or this key.
    fn find_repeated(
        &self,
        id: RefundId,
        request_key: Option<&str>,
    ) -> impl Future<Output = Result<Option<Refund>, Failure>> + Send;

    /// Records a refund before anything moves, with its warehouse where that is not known here yet.
    fn record(
        &self,
        refund: &Refund,
        warehouse: Option<&Warehouse>,
    ) -> impl Future<Output = Result<(), RecordError>> + Send;

    /// Stores that the goods are back, with their value.
    fn store_restocked(&self, refund: &Refund) -> impl Future<Output = Result<(), Failure>> + Send;

    /// Stores what became of the parts paid back by the provider.
    fn store_paid_back(&self, refund: &Refund) -> impl Future<Output = Result<(), Failure>> + Send;

    /// Completes it: the parts paid by hand, the credit released, the books told. Once, whoever asks.
    fn complete_refund(&self, refund: &Refund) -> impl Future<Output = Result<(), Failure>> + Send;

    /// Remembers the answer of a request whose refund goes on by itself, and when it was last tried.
    fn answer_refund(&self, refund: &Refund) -> impl Future<Output = Result<(), Failure>> + Send;

    /// Refunds that did not change since `before` and are not completed, a bounded number.
    fn unfinished(&self, before: Timestamp) -> impl Future<Output = Result<Vec<RefundId>, Failure>> + Send;
}
