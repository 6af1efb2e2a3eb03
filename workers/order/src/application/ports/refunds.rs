//! Refunds, the goods and the money they bring back, and prints of receipts.

use std::future::Future;

use contracts::stock::Warehouse;
use kernel::ids::{CustomerId, OrderId, PaymentId, RefundId};
use kernel::text::Sku;
use kernel::{Failure, Money, Timestamp};

use crate::domain::order::Order;
use crate::domain::receipt::ReceiptRefund;
use crate::domain::refund::{PaidPart, Refund, SoldLine};

/// What can still be refunded of an order.
#[derive(Debug)]
pub struct Refundable {
    /// `ORD-2026-000001`.
    pub order_number: String,
    /// Whether it is completed; only then anything can.
    pub completed: bool,
    /// A refund before its lines and amounts: channel, customer, warehouse, currency.
    pub header: Header,
    /// Its lines.
    pub lines: Vec<SoldLine>,
    /// Its captured payments.
    pub payments: Vec<PaidPart>,
}

/// What a refund takes over from its order.
#[derive(Debug, Clone)]
pub struct Header {
    /// The channel whose revenue is reduced.
    pub channel: contracts::terms::SalesChannel,
    /// The registered customer.
    pub customer_id: Option<CustomerId>,
    /// Where the goods go back to.
    pub warehouse_id: kernel::ids::WarehouseId,
    /// The currency of every amount.
    pub currency: kernel::Currency,
}

/// How recording a refund ended.
#[derive(Debug)]
pub enum Recorded {
    /// It counts from now on.
    Now,
    /// Its id or key is taken.
    Taken,
    /// What it was computed from has changed.
    Stale,
    /// The order is not completed.
    OrderNotCompleted,
    /// It names a till that there is not.
    NoTill,
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
    ) -> impl Future<Output = Result<Recorded, Failure>> + Send;

    /// Stores that the goods are back, with their value.
    fn store_restocked(&self, refund: &Refund) -> impl Future<Output = Result<(), Failure>> + Send;

    /// Stores what became of the parts paid back by the provider.
    fn store_paid_back(&self, refund: &Refund) -> impl Future<Output = Result<(), Failure>> + Send;

    /// Completes it: the parts paid by hand, the credit released, the books told. Once, whoever asks.
    fn complete(&self, refund: &Refund) -> impl Future<Output = Result<(), Failure>> + Send;

    /// Remembers the answer of a request whose refund goes on by itself, and when it was last tried.
    fn answer(&self, refund: &Refund) -> impl Future<Output = Result<(), Failure>> + Send;

    /// Refunds that did not change since `before` and are not completed, a bounded number.
    fn unfinished(&self, before: Timestamp) -> impl Future<Output = Result<Vec<RefundId>, Failure>> + Send;
}

/// Goods on their way back.
pub trait Restock: Sync {
    /// Puts the goods of a refund into stock, once per refund; the value of each SKU.
    fn restock(&self, refund: &Refund) -> impl Future<Output = Result<Vec<(Sku, Money)>, Failure>> + Send;
}

/// What a provider says of money to give back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CardAnswer {
    /// It went back.
    Refunded,
    /// It will not, and why.
    Declined(String),
}

/// Money on its way back to a card.
pub trait CardRefunds: Sync {
    /// Gives part of a payment back, once per refund and part.
    fn give_back(
        &self,
        refund_id: RefundId,
        part: i64,
        payment_id: PaymentId,
        amount: Money,
    ) -> impl Future<Output = Result<CardAnswer, Failure>> + Send;
}

/// What a receipt needs to know.
#[derive(Debug)]
pub struct Printable {
    /// The sale.
    pub order: Order,
    /// The name of its warehouse: the shop's, where no other is set.
    pub warehouse_name: String,
    /// What went back of it.
    pub refunds: Vec<ReceiptRefund>,
    /// How often it was printed.
    pub prints: i64,
}

/// Prints of receipts.
pub trait Receipts: Sync {
    /// What the receipt of an order says; none when there is no such order.
    fn printable(&self, order_id: OrderId)
    -> impl Future<Output = Result<Option<Printable>, Failure>> + Send;

    /// Counts a print and remembers it as the answer. False: somebody else has just printed.
    fn count_print(
        &self,
        order_id: OrderId,
        print: i64,
        format: &str,
        answer: String,
    ) -> impl Future<Output = Result<bool, Failure>> + Send;
}
