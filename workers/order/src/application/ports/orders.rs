//! Orders outside of their checkout.

use std::future::Future;

use contracts::stock::{ItemAvailability, Warehouse};
use kernel::ids::{CartId, CustomerId, OrderId, WarehouseId};
use kernel::text::{Code, Region};
use kernel::{Date, Failure, TimeZone, Timestamp};
use selling::pricing::RegionalTaxes;

use crate::domain::cashier::CashierState;
use crate::domain::checkout::Step;
use crate::domain::customer::Customer;
use crate::domain::enrolment::KnownTill;
use crate::domain::order::{Order, Payment};
use crate::domain::patience::Counted;

/// An order with the data that only the store knows.
#[derive(Debug, Clone)]
pub struct StoredOrder {
    pub order: Order,
    /// Identifies the request that created it.
    pub request_hash: String,
    /// The step of its checkout; none when no checkout is in progress.
    pub step: Option<Step>,
    /// Inventory's answer when it refused.
    pub shortage: Option<Vec<ItemAvailability>>,
}

/// Read access to orders.
pub trait FindOrder: Sync {
    /// The order of an id.
    fn find_order(&self, id: OrderId) -> impl Future<Output = Result<Option<Order>, Failure>> + Send;

    /// The order of an id, with the state of its checkout.
    fn find_stored(&self, id: OrderId) -> impl Future<Output = Result<Option<StoredOrder>, Failure>> + Send;
}

/// What to read from the store for a new order.
#[derive(Debug)]
pub struct Wanted<'a> {
    pub order_id: Option<OrderId>,
    pub warehouse_id: WarehouseId,
    /// The region of its shipping address; without it the warehouse's region counts.
    pub region: Option<&'a Region>,
    /// Who buys or sells.
    pub party: Party<'a>,
    /// When it is sold, or priced: decides the tax rates.
    pub at: Timestamp,
}

/// Who buys, or the till that sells.
#[derive(Debug, Clone, Copy)]
pub enum Party<'a> {
    /// A registered customer, or a guest.
    Customer(Option<CustomerId>),
    /// A till, and the cashier of whom is to be known whether they may sell.
    Till(&'a Code, Option<&'a str>),
}

/// The store's data for a new order, read at once.
#[derive(Debug)]
pub struct Background {
    /// The order, when it exists already.
    pub existing: Option<StoredOrder>,
    /// The warehouse, if it is known here.
    pub warehouse: Option<Warehouse>,
    /// The rates of tax around that day, of the region and of the warehouse, each with its country.
    pub taxes: RegionalTaxes,
    pub customer: Option<Customer>,
    /// The till, if it is known here.
    pub till: Option<KnownTill>,
    /// Whether the cashier may sell, if that is known here.
    pub cashier: Option<CashierState>,
}

/// An order to be created.
#[derive(Debug, Clone)]
pub struct NewOrder {
    /// The order; the store assigns its number.
    pub order: Order,
    /// Identifies the request.
    pub request_hash: String,
    /// Its warehouse, if it is not known here yet.
    pub warehouse: Option<Warehouse>,
    /// The step of its checkout, if that starts at once.
    pub step: Option<Step>,
    /// The cart that it is made from, with its version: it ends with the order.
    pub cart: Option<(CartId, i64)>,
}

/// Why a new order is not stored.
#[derive(Debug, thiserror::Error)]
pub enum InsertError {
    /// The same request was sent twice at once, or the id belongs to another order.
    #[error("the id is taken")]
    IdTaken,
    /// The till used the sequence number for another sale.
    #[error("the count is taken")]
    SequenceTaken,
    #[error("the customer's credit limit is exceeded")]
    CreditLimitExceeded,
    /// The cart was changed, or ordered.
    #[error("the cart has changed")]
    CartChanged,
    #[error(transparent)]
    Failure(#[from] Failure),
}

/// Why an order is not changed.
#[derive(Debug, thiserror::Error)]
pub enum ChangeError {
    /// It does not exist, or this caller may not see it.
    #[error("the order is unknown")]
    NotFound,
    /// It no longer has the version that the client has read.
    #[error("the order has changed")]
    Stale,
    /// Its checkout is in progress.
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

/// Why a checkout does not begin.
#[derive(Debug, thiserror::Error)]
pub enum BeginError {
    /// A card or a buyer has tried too often: how long until the next attempt.
    #[error("too many attempts to pay")]
    TooMany { wait_seconds: u32 },
    #[error(transparent)]
    Failure(#[from] Failure),
}

/// Orders outside their checkout. While a checkout runs, only `Checkouts` writes the order: another new version would
/// make its next step fail. A change that returns an order returns its new state, and none when the order has changed
/// since it was read: then nothing happened.
pub trait Orders: FindOrder {
    /// The data for a new order.
    fn background(&self, wanted: &Wanted<'_>) -> impl Future<Output = Result<Background, Failure>> + Send;

    /// The day to which a time belongs in a warehouse's time zone, or in that of the books.
    fn day_of(&self, at: Timestamp, zone: Option<&TimeZone>) -> Result<Date, Failure>;

    /// The rates of tax around a day of these two regions and their countries.
    fn taxes(
        &self,
        regions: [&Region; 2],
        at: Timestamp,
    ) -> impl Future<Output = Result<RegionalTaxes, Failure>> + Send;

    /// Creates an order with its lines and payments, assigns its number and binds the customer's credit. Returns the
    /// order with its number.
    fn insert(&self, new: NewOrder) -> impl Future<Output = Result<Order, InsertError>> + Send;

    /// Stores a changed order, except its status and payments, and adjusts the customer's credit by the difference.
    /// `Contended` when the order has changed since it was read.
    fn save(&self, before: &Order, after: Order) -> impl Future<Output = Result<Order, ChangeError>> + Send;

    /// Starts a checkout, with a payment attempt if there is something to pay, which counts for those. None also when
    /// another attempt is in progress.
    fn begin(
        &self,
        order: Order,
        payment: Option<(Payment, &[Counted])>,
        step: Step,
    ) -> impl Future<Output = Result<Option<Order>, BeginError>> + Send;

    /// Cancels an order that waits for payment and releases its credit.
    fn cancel(
        &self,
        order: Order,
        reason: &str,
    ) -> impl Future<Output = Result<Option<Order>, Failure>> + Send;
}
