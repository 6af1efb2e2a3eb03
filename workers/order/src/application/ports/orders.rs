//! Orders outside of their checkout.

use std::future::Future;

use contracts::stock::{ItemAvailability, Warehouse};
use kernel::Failure;
use kernel::ids::{CustomerId, OrderId, WarehouseId};
use kernel::text::Region;

use crate::domain::checkout::Step;
use crate::domain::customer::Customer;
use crate::domain::order::{Order, Payment};
use crate::domain::pricing::TaxRate;

/// An order with what only the store knows of it.
#[derive(Debug, Clone)]
pub struct StoredOrder {
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
    pub order_id: OrderId,
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
    pub rates: Vec<TaxRate>,
    pub customer: Option<Customer>,
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

/// Why a new order is not stored.
#[derive(Debug, thiserror::Error)]
pub enum InsertError {
    /// By the same request sent twice at once, or by another order.
    #[error("the id is taken")]
    IdTaken,
    /// The till used the count for another sale.
    #[error("the count is taken")]
    SequenceTaken,
    #[error("the customer's credit limit is exceeded")]
    CreditLimitExceeded,
    #[error(transparent)]
    Failure(#[from] Failure),
}

/// Why an order is not changed.
#[derive(Debug, thiserror::Error)]
pub enum ChangeError {
    /// There is none, or not for this caller.
    #[error("the order is unknown")]
    NotFound,
    /// It is not the version that the client has read.
    #[error("the order has changed")]
    Stale,
    /// Its checkout is under way.
    #[error("the order is being paid")]
    Busy,
    /// Another request was faster.
    #[error("the order is being changed")]
    Contended,
    #[error("the customer's credit limit is exceeded")]
    CreditLimitExceeded,
    #[error(transparent)]
    Failure(#[from] Failure),
}

/// Orders outside of their checkout: while that runs, only `Checkouts` writes the order, since a new version would
/// overtake its next step. Where a change answers an order, it is the order as it is now, and none when the order has
/// changed since it was read: then nothing happened.
pub trait Orders: FindOrder {
    /// What a new order needs to know.
    fn background(&self, wanted: &Wanted<'_>) -> impl Future<Output = Result<Background, Failure>> + Send;

    /// The tax rates in force in a region.
    fn rates(&self, region: &Region) -> impl Future<Output = Result<Vec<TaxRate>, Failure>> + Send;

    /// Creates an order with its lines and payments, takes its number and debits the customer's credit. The order with
    /// its number.
    fn insert(&self, new: NewOrder) -> impl Future<Output = Result<Order, InsertError>> + Send;

    /// Stores what a change made of an order, but for its status and payments, and debits or credits the difference on
    /// account. `Contended` when the order has changed since it was read.
    fn save(&self, before: &Order, after: Order) -> impl Future<Output = Result<Order, ChangeError>> + Send;

    /// Begins an attempt to pay. None also when another attempt is under way.
    fn begin(
        &self,
        order: Order,
        payment: Payment,
        step: Step,
    ) -> impl Future<Output = Result<Option<Order>, Failure>> + Send;

    /// Ends an order that waits for payment and gives the credit back.
    fn cancel(
        &self,
        order: Order,
        reason: &str,
    ) -> impl Future<Output = Result<Option<Order>, Failure>> + Send;
}
