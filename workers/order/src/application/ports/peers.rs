//! The catalogue, inventory and the payment provider.

use std::future::Future;

use contracts::catalogue::SellableVariant;
use contracts::stock::{DeductStock, DeductedItem, ItemAvailability, StockItem, Warehouse};
use kernel::ids::{OrderId, PaymentId, RefundId, WarehouseId};
use kernel::text::{Barcode, Sku};
use kernel::{Failure, Money};

use crate::domain::refund::Refund;

/// The catalogue.
pub trait Catalogue: Sync {
    /// Those of these variants that exist; one request for all.
    fn resolve(
        &self,
        skus: Vec<Sku>,
        barcodes: Vec<Barcode>,
    ) -> impl Future<Output = Result<Vec<SellableVariant>, Failure>> + Send;
}

/// The result of a deduction.
#[derive(Debug)]
pub enum Deduction {
    /// Deducted, now or by an earlier request of the same order.
    Taken(Vec<DeductedItem>),
    /// Too little stock; nothing was deducted.
    OutOfStock(Vec<ItemAvailability>),
}

/// Inventory.
pub trait Goods: Sync {
    /// Deducts the goods of an order: all or none, once per order.
    fn deduct(&self, request: &DeductStock) -> impl Future<Output = Result<Deduction, Failure>> + Send;

    /// The units on hand of these items, one for each SKU. Nothing is reserved.
    fn on_hand(
        &self,
        warehouse_id: WarehouseId,
        items: Vec<StockItem>,
    ) -> impl Future<Output = Result<Vec<ItemAvailability>, Failure>> + Send;

    /// The warehouse with an id, if it exists.
    fn find_warehouse(
        &self,
        id: WarehouseId,
    ) -> impl Future<Output = Result<Option<Warehouse>, Failure>> + Send;

    /// Restocks the goods of a refund, once per refund. Returns the value of each SKU.
    fn restock(&self, refund: &Refund) -> impl Future<Output = Result<Vec<(Sku, Money)>, Failure>> + Send;
}

/// A provider's answer about a payment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ProviderAnswer {
    /// The money is reserved, or taken.
    Authorised,
    /// Refused, and why.
    Declined(String),
    /// It waits for the buyer, who confirms the payment with their bank at this address.
    BuyerAsked(String),
    /// The provider does not know the payment.
    NotKnown,
    /// No answer.
    Silent,
}

/// How money was released.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Released {
    /// It was never taken, and never will be.
    Voided,
    /// It was taken, and is refunded.
    GivenBack,
}

/// A provider's answer to a refund.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CardAnswer {
    /// It was refunded.
    Refunded,
    /// It was declined, and why.
    Declined(String),
}

/// A payment as the provider hears of it.
#[derive(Debug, Clone, Copy)]
pub struct Charge {
    /// Its id, by which the provider recognises it.
    pub id: PaymentId,
    /// Of which order, for people who look at the provider's own pages.
    pub order: OrderId,
    /// How much.
    pub amount: Money,
}

/// What of a payment is never stored.
#[derive(Debug, Clone, Default)]
pub struct CardGiven {
    /// The provider's token of the card.
    pub token: String,
    /// Where the buyer's bank sends them back.
    pub return_url: Option<String>,
}

/// The payment provider. Every call is keyed by the payment, or by the refund and its part, so that a repeated call is
/// recognised.
pub trait PaymentProvider: Sync {
    /// Reserves money.
    fn authorise(
        &self,
        charge: Charge,
        card: &CardGiven,
    ) -> impl Future<Output = Result<ProviderAnswer, Failure>> + Send;

    /// The status of a payment.
    fn inquire(&self, charge: Charge) -> impl Future<Output = Result<ProviderAnswer, Failure>> + Send;

    /// Takes the reserved money.
    fn capture(&self, charge: Charge) -> impl Future<Output = Result<(), Failure>> + Send;

    /// Releases the money: a reservation is voided, money that was already taken is refunded, and an unknown payment
    /// will never be taken after this.
    fn void(&self, charge: Charge) -> impl Future<Output = Result<Released, Failure>> + Send;

    /// Refunds part of a payment, once per refund and part.
    fn give_back(
        &self,
        refund_id: RefundId,
        part: i64,
        payment_id: PaymentId,
        amount: Money,
    ) -> impl Future<Output = Result<CardAnswer, Failure>> + Send;
}
