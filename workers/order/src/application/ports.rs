//! What the use cases need of the world, in their own words. Every writing method is one whole
//! business transaction.

pub mod customers;
pub mod refunds;
pub mod tills;

use std::future::Future;

use contracts::catalogue::SellableVariant;
use contracts::stock::{DeductStock, DeductedItem, ItemAvailability, Warehouse};
use contracts::terms::PaymentTerms;
use kernel::ids::{CustomerId, OrderId, PaymentId, WarehouseId};
use kernel::text::{Barcode, Email, Name, Region, Sku};
use kernel::{Failure, Money, Timestamp};

use super::run_checkout::Checkout;
use crate::domain::checkout::Step;
use crate::domain::order::{Order, Payment, PaymentStatus};
use crate::domain::pricing::TaxRate;

/// An order with what only the store knows of it.
#[derive(Debug, Clone)]
pub struct StoredOrder {
    /// The order.
    pub order: Order,
    /// What identifies the request that created it.
    pub request_hash: String,
    /// Where its checkout stands; none when none runs.
    pub step: Option<Step>,
    /// What inventory said when it refused.
    pub shortage: Option<Vec<ItemAvailability>>,
}

/// Orders, read.
pub trait FindOrder: Sync {
    /// The order of an id.
    fn find_order(&self, id: OrderId) -> impl Future<Output = Result<Option<Order>, Failure>> + Send;

    /// The order of an id, with the state of its checkout.
    fn find_stored(&self, id: OrderId) -> impl Future<Output = Result<Option<StoredOrder>, Failure>> + Send;
}

/// What a new order asks of the store.
#[derive(Debug)]
pub struct Wanted<'a> {
    /// Its id.
    pub order_id: OrderId,
    /// Its warehouse.
    pub warehouse_id: WarehouseId,
    /// The region of its shipping address; else the warehouse's counts.
    pub region: Option<&'a Region>,
    /// Its registered customer.
    pub customer_id: Option<CustomerId>,
}

/// What the store knows that a new order needs, read at once.
#[derive(Debug)]
pub struct Background {
    /// The order, when it exists already.
    pub existing: Option<StoredOrder>,
    /// The warehouse, when it is known here.
    pub warehouse: Option<Warehouse>,
    /// The tax rates in force.
    pub rates: Vec<TaxRate>,
    /// The registered customer.
    pub customer: Option<RegisteredCustomer>,
}

/// A registered customer as an order needs it.
#[derive(Debug, Clone)]
pub struct RegisteredCustomer {
    /// The customer.
    pub id: CustomerId,
    /// The name on the invoice.
    pub name: Name,
    /// Where notices go.
    pub email: Email,
    /// Whether it buys wholesale.
    pub wholesale: bool,
    /// The terms agreed with it.
    pub payment_terms: PaymentTerms,
}

/// An order to be created.
#[derive(Debug)]
pub struct NewOrder {
    /// The order; its number is given by the store.
    pub order: Order,
    /// What identifies the request.
    pub request_hash: String,
    /// Its warehouse, when it is not known here yet.
    pub warehouse: Option<Warehouse>,
    /// The step of its checkout, when that begins at once.
    pub step: Option<Step>,
}

/// How a creation ended.
#[derive(Debug)]
pub enum Insertion {
    /// With its number.
    Created(Box<Order>),
    /// The id is taken: by the same request sent twice at once, or by another order.
    IdTaken,
    /// The till used the count for another sale.
    SequenceTaken,
    /// The customer's limit does not bear it.
    CreditLimitExceeded,
}

/// How a change of an order ended.
#[derive(Debug)]
pub enum Change {
    /// Done; the order as it is now.
    Done(Box<Order>),
    /// The order has changed since it was read.
    Stale,
    /// The customer's limit does not bear it.
    CreditLimitExceeded,
}

/// Orders before their checkout.
pub trait Orders: FindOrder {
    /// What a new order needs to know.
    fn background(&self, wanted: &Wanted<'_>) -> impl Future<Output = Result<Background, Failure>> + Send;

    /// The tax rates in force in a region.
    fn rates(&self, region: &Region) -> impl Future<Output = Result<Vec<TaxRate>, Failure>> + Send;

    /// Creates an order with its lines and payments, takes its number and debits the customer's credit.
    fn insert(&self, new: NewOrder) -> impl Future<Output = Result<Insertion, Failure>> + Send;

    /// Replaces the lines and totals of an order that waits for payment.
    fn replace(&self, before: &Order, after: Order) -> impl Future<Output = Result<Change, Failure>> + Send;

    /// Begins an attempt to pay. Stale also when another attempt is under way.
    fn begin(
        &self,
        order: Order,
        payment: Payment,
        step: Step,
    ) -> impl Future<Output = Result<Change, Failure>> + Send;

    /// Ends an order that waits for payment and gives the credit back.
    fn cancel(&self, order: Order, reason: &str) -> impl Future<Output = Result<Change, Failure>> + Send;
}

/// How a step of a checkout was stored.
#[derive(Debug)]
pub enum Stored {
    /// With the order as it is now.
    Done(Box<Order>),
    /// Somebody else has moved the checkout on.
    Overtaken,
}

/// How a failed attempt to pay was stored.
#[derive(Debug)]
pub enum Declined {
    /// The order waits for another.
    Waiting(Box<Order>),
    /// What it is for ran out meanwhile: it is cancelled, as the orders that were only waiting.
    SoldOut(Box<Order>, Vec<ItemAvailability>),
    /// Somebody else has moved the checkout on.
    Overtaken,
}

/// Checkouts under way.
pub trait Checkouts: Sync {
    /// Stores the state before its effect.
    fn store(&self, checkout: &Checkout) -> impl Future<Output = Result<Stored, Failure>> + Send;

    /// Stores that the provider did not answer.
    fn doubt(&self, checkout: &Checkout) -> impl Future<Output = Result<Stored, Failure>> + Send;

    /// Stores the sale: payments, costs, totals of the day, and what the world is told.
    fn complete(&self, checkout: &Checkout) -> impl Future<Output = Result<Stored, Failure>> + Send;

    /// Stores the end without a sale, and the notice to the customer.
    fn cancel(&self, checkout: &Checkout) -> impl Future<Output = Result<Stored, Failure>> + Send;

    /// Stores that a till's sale which is cancelled, or not yet decided, has happened: it is under way, now offline,
    /// with these payments in place of those that were void.
    fn revive(
        &self,
        order: Order,
        payments: Vec<Payment>,
        sold_at: Timestamp,
    ) -> impl Future<Output = Result<Stored, Failure>> + Send;

    /// Stores that the attempt to pay came to nothing, as Declined or Voided, and why.
    fn decline(
        &self,
        checkout: &Checkout,
        status: PaymentStatus,
        reason: &str,
    ) -> impl Future<Output = Result<Declined, Failure>> + Send;
}

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

/// The payment provider. Every call is keyed by the payment id: a repeated call is the same call.
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
}
