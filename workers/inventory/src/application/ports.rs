//! What the use cases need of the world, in their own words. Every writing method is one whole
//! business transaction.

use std::future::Future;

use contracts::events::ProductData;
use contracts::stock::{
    AdjustStock, Adjustment, CreateTransfer, DeductStock, GoodsRestocked, ItemAvailability, MovementReviewed,
    ReorderPoint, RestockGoods, StockDeducted, Transfer, Warehouse,
};
use kernel::ids::{AdjustmentId, TransferId, WarehouseId};
use kernel::text::{ShortText, Sku};
use kernel::{Failure, Timestamp};

use crate::domain::shortage::OnHand;

/// How a change of stock ended in the store. It happens once per id: a repeated call with the same
/// request is [`Moved::Done`] with the first answer.
#[derive(Debug)]
pub enum Moved<T> {
    /// Done now, or by an earlier call with the same id and request.
    Done(T),
    /// An earlier call with the same id asked for something else, or the state does not allow it.
    Conflict,
    /// At least one line has too little, or had when the order was refused; nothing was moved.
    Short,
    /// At least one SKU is not kept in this warehouse, or there is no such warehouse; nothing was moved.
    UnknownStock,
    /// Units or values beyond what the books can hold; nothing was moved.
    TooMuch,
}

/// What became of an order for which there was too little: decided once per order id.
#[derive(Debug)]
pub enum Decided {
    /// Refused, now or before, and told this.
    Refused(Vec<ItemAvailability>),
    /// Another call with the same id and request was faster, and found the goods there.
    Taken(StockDeducted),
    /// Another call with the same id asked for something else.
    Conflict,
}

/// Stock and its movements.
pub trait Stock: Sync {
    /// Takes every line or none, once per order id; publishes what is depleted or low. An order that was
    /// refused before is [`Moved::Short`] for ever, unless a shortage is allowed.
    fn deduct(
        &self,
        request: &DeductStock,
    ) -> impl Future<Output = Result<Moved<StockDeducted>, Failure>> + Send;

    /// Remembers under the order id that there was too little and what the order is told, so that no later
    /// call takes goods for it. What was decided before stands.
    fn refuse(
        &self,
        request: &DeductStock,
        availability: Vec<ItemAvailability>,
    ) -> impl Future<Output = Result<Decided, Failure>> + Send;

    /// Puts every line back, once per refund id.
    fn restock(
        &self,
        request: &RestockGoods,
    ) -> impl Future<Output = Result<Moved<GoodsRestocked>, Failure>> + Send;

    /// Changes every line or none, once per id; publishes the change with its value.
    fn adjust(
        &self,
        id: AdjustmentId,
        request: &AdjustStock,
    ) -> impl Future<Output = Result<Moved<Adjustment>, Failure>> + Send;

    /// What a warehouse holds of these SKUs, unknown ones missing; none when there is no such warehouse.
    fn on_hand(
        &self,
        warehouse_id: WarehouseId,
        skus: &[&Sku],
    ) -> impl Future<Output = Result<Option<Vec<OnHand>>, Failure>> + Send;

    /// A new id.
    fn new_id(&self) -> Result<AdjustmentId, Failure>;

    /// Sets a row's reorder point; false when the warehouse does not keep the SKU.
    fn set_reorder_point(&self, point: &ReorderPoint) -> impl Future<Output = Result<bool, Failure>> + Send;

    /// Marks a variance as reviewed.
    fn review(
        &self,
        movement_id: &str,
        note: &ShortText,
    ) -> impl Future<Output = Result<Reviewed, Failure>> + Send;
}

/// How a review ended.
#[derive(Debug, Clone, PartialEq)]
pub enum Reviewed {
    /// Done.
    Done(MovementReviewed),
    /// There is no such movement.
    Unknown,
    /// It waits for no review.
    NotOpen,
}

/// Transfers between warehouses.
pub trait Transfers: Sync {
    /// Plans a transfer, once per id.
    fn create(
        &self,
        id: TransferId,
        request: &CreateTransfer,
    ) -> impl Future<Output = Result<Moved<Transfer>, Failure>> + Send;

    /// A transfer.
    fn find(&self, id: TransferId) -> impl Future<Output = Result<Option<Transfer>, Failure>> + Send;

    /// Takes the goods out of the one warehouse.
    fn ship(&self, transfer: &Transfer) -> impl Future<Output = Result<Moved<Transfer>, Failure>> + Send;

    /// Brings them into the other, with the same value.
    fn receive(&self, transfer: &Transfer) -> impl Future<Output = Result<Moved<Transfer>, Failure>> + Send;

    /// A new id.
    fn new_id(&self) -> Result<TransferId, Failure>;
}

/// How the saving of a warehouse ended.
#[derive(Debug)]
pub enum WarehouseSaved {
    /// With its new version.
    Done(i64, Warehouse),
    /// The id is used by a warehouse that looks different.
    IdTaken,
    /// The code is another warehouse's.
    CodeTaken,
    /// It was changed since the version named.
    Stale,
    /// There are as many warehouses as there may be.
    TooMany,
}

/// Warehouses.
pub trait Warehouses: Sync {
    /// Adds a warehouse, with a row of stock for every item; once per id.
    fn create(&self, warehouse: &Warehouse) -> impl Future<Output = Result<WarehouseSaved, Failure>> + Send;

    /// A warehouse and its version.
    fn find(&self, id: WarehouseId)
    -> impl Future<Output = Result<Option<(i64, Warehouse)>, Failure>> + Send;

    /// Replaces a warehouse that has this version.
    fn change(
        &self,
        warehouse: &Warehouse,
        version: i64,
    ) -> impl Future<Output = Result<WarehouseSaved, Failure>> + Send;

    /// A new id.
    fn new_id(&self) -> Result<WarehouseId, Failure>;
}

/// What the catalogue told this service.
pub trait Catalogue: Sync {
    /// Keeps a row in every warehouse for these SKUs of a product, and retires the product's others. What the
    /// catalogue said later stands.
    fn keep(
        &self,
        product: &ProductData,
        goods: &[&Sku],
        said_at: Timestamp,
    ) -> impl Future<Output = Result<(), Failure>> + Send;

    /// Retires these SKUs of a product and any others it has; their stock stays.
    fn retire(
        &self,
        product: &ProductData,
        goods: &[&Sku],
        said_at: Timestamp,
    ) -> impl Future<Output = Result<(), Failure>> + Send;

    /// Takes note of a message that changes nothing here.
    fn ignore(&self) -> impl Future<Output = Result<(), Failure>> + Send;
}
