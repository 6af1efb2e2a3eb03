//! Refunds and credit notes.

use std::future::Future;

use contracts::stock::Warehouse;
use contracts::terms::SalesChannel;
use kernel::ids::{CustomerId, OrderId, RefundId, WarehouseId};
use kernel::text::Code;
use kernel::{Currency, Date, Failure, Money, Timestamp};
use selling::refund::{PaidPart, Share, SoldLine, Taxed};

use crate::domain::refund::Refund;

/// What can still be refunded of an order.
#[derive(Debug)]
pub struct Refundable {
    /// `ORD-2026-000001`.
    pub order_number: String,
    /// Whether it is completed; otherwise nothing can be refunded.
    pub completed: bool,
    /// The channel whose revenue is reduced.
    pub channel: SalesChannel,
    pub customer_id: Option<CustomerId>,
    /// The warehouse that gets the goods back.
    pub warehouse_id: WarehouseId,
    /// The day that the clocks of that warehouse show now.
    pub today: Date,
    /// The currency of every amount.
    pub currency: Currency,
    pub lines: Vec<SoldLine>,
    /// What was given back by amount without taking it from lines; fees that were kept are negative.
    pub unshared: Taxed,
    /// What is left of its total.
    pub left: Money,
    /// What went back of it before.
    pub refunded: Money,
    /// The till that sold it.
    pub terminal_id: Option<Code>,
    /// To which cash is rounded; none when it is not.
    pub smallest_coin: Option<Money>,
    /// Its captured payments.
    pub payments: Vec<PaidPart>,
}

/// Why a refund is not recorded.
#[derive(Debug, thiserror::Error)]
pub enum RecordError {
    /// The id or the key was used for another refund.
    #[error("the id belongs to another refund")]
    Taken,
    /// It is based on data that has changed: other refunds of the order are in progress.
    #[error("other refunds of the order are in progress")]
    Stale,
    /// Only a completed order can be refunded.
    #[error("the order is not completed")]
    NotCompleted,
    /// Goods that the customer does not have yet: they are being picked or are packed, or nobody sent them.
    #[error("the customer does not have the goods")]
    NotSent,
    #[error("no such till")]
    NoTill,
    #[error(transparent)]
    Failure(#[from] Failure),
}

/// Refunds and credit notes.
pub trait Refunds: Sync {
    /// What can still be refunded of an order; none when the order does not exist.
    fn refundable(
        &self,
        order_id: OrderId,
    ) -> impl Future<Output = Result<Option<Refundable>, Failure>> + Send;

    /// The refund of an id.
    fn find_refund(&self, id: RefundId) -> impl Future<Output = Result<Option<Refund>, Failure>> + Send;

    /// What an earlier attempt recorded under this id or key.
    fn find_repeated(
        &self,
        id: RefundId,
        request_key: Option<&str>,
    ) -> impl Future<Output = Result<Option<Refund>, Failure>> + Send;

    /// Records a refund before anything moves, with what its amount takes from the order's lines, and with its warehouse
    /// if that is not known here yet.
    fn record(
        &self,
        refund: &Refund,
        shares: &[Share],
        warehouse: Option<&Warehouse>,
    ) -> impl Future<Output = Result<(), RecordError>> + Send;

    /// Stores that the goods are back, with their value.
    fn store_restocked(&self, refund: &Refund) -> impl Future<Output = Result<(), Failure>> + Send;

    /// Stores the results of the parts refunded by the provider.
    fn store_paid_back(&self, refund: &Refund) -> impl Future<Output = Result<(), Failure>> + Send;

    /// Completes it: the parts paid by hand, the released credit, the event for the books. Only once, even if several
    /// runs try.
    fn complete_refund(&self, refund: &Refund) -> impl Future<Output = Result<(), Failure>> + Send;

    /// Stores the answer of a request whose refund continues without it, and the time of the last attempt.
    fn answer_refund(&self, refund: &Refund) -> impl Future<Output = Result<(), Failure>> + Send;

    /// Refunds that did not change since `before` and are not completed; a limited number.
    fn unfinished(&self, before: Timestamp) -> impl Future<Output = Result<Vec<RefundId>, Failure>> + Send;
}
