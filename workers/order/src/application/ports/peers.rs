//! The catalogue, inventory and the payment provider.

use std::future::Future;

use contracts::catalogue::SellableVariant;
use contracts::stock::{DeductStock, DeductedItem, ItemAvailability, Warehouse};
use kernel::ids::{PaymentId, RefundId, WarehouseId};
use kernel::text::{Barcode, Sku};
use kernel::{Failure, Money};

use crate::domain::refund::Refund;

/// The catalogue.
pub trait Catalogue: Sync {
    /// The variants that exist of these; one question for all.
    fn resolve(
        &self,
        skus: Vec<Sku>,
        barcodes: Vec<Barcode>,
    ) -> impl Future<Output = Result<Vec<SellableVariant>, Failure>> + Send;
}

/// What became of a request for goods.
#[derive(Debug)]
pub enum Deduction {
    /// Taken, now or by an earlier request of the same order.
    Taken(Vec<DeductedItem>),
    /// Too few; none was taken.
    OutOfStock(Vec<ItemAvailability>),
}

/// Inventory.
pub trait Goods: Sync {
    /// Takes the goods of an order: all or none, once per order.
    fn deduct(&self, request: &DeductStock) -> impl Future<Output = Result<Deduction, Failure>> + Send;

    /// A warehouse, if there is one of this id.
    fn find_warehouse(
        &self,
        id: WarehouseId,
    ) -> impl Future<Output = Result<Option<Warehouse>, Failure>> + Send;

    /// Puts the goods of a refund into stock, once per refund; the value of each SKU.
    fn restock(&self, refund: &Refund) -> impl Future<Output = Result<Vec<(Sku, Money)>, Failure>> + Send;
}

/// What a provider says of a payment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ProviderAnswer {
    /// The money is set aside, or taken.
    Authorised,
    /// Refused, and why.
    Declined(String),
    /// Never heard of.
    NotKnown,
    /// No answer.
    Silent,
}

/// How money was let go.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Released {
    /// It was never taken, and never will be.
    Voided,
    /// It was taken, and is given back.
    GivenBack,
}

/// What a provider says of money to give back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CardAnswer {
    /// It went back.
    Refunded,
    /// It will not, and why.
    Declined(String),
}

/// The payment provider. Every call is keyed by the payment, or by the refund and its part: a repeated call is the
/// same call.
pub trait PaymentProvider: Sync {
    /// Sets money aside.
    fn authorise(
        &self,
        payment_id: PaymentId,
        amount: Money,
        token: &str,
    ) -> impl Future<Output = Result<ProviderAnswer, Failure>> + Send;

    /// What became of a payment.
    fn inquire(&self, payment_id: PaymentId) -> impl Future<Output = Result<ProviderAnswer, Failure>> + Send;

    /// Takes the money that is set aside.
    fn capture(&self, payment_id: PaymentId) -> impl Future<Output = Result<(), Failure>> + Send;

    /// Lets the money go: what is set aside is voided, what was taken already is given back, and a payment never
    /// heard of is never taken after this.
    fn void(
        &self,
        payment_id: PaymentId,
        amount: Money,
    ) -> impl Future<Output = Result<Released, Failure>> + Send;

    /// Gives part of a payment back, once per refund and part.
    fn give_back(
        &self,
        refund_id: RefundId,
        part: i64,
        payment_id: PaymentId,
        amount: Money,
    ) -> impl Future<Output = Result<CardAnswer, Failure>> + Send;
}
