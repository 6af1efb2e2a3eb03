//! What inventory is asked to do. The order service deducts stock for a sale and restocks it for a refund; people
//! adjust stock and transfer it between warehouses.

use kernel::ids::{AdjustmentId, OrderId, RefundId, TransferId, WarehouseId};
use kernel::text::{Code, Name, Region, ShortText, Sku};
use kernel::{Currency, Date, Money, Quantity, QuantityChange, TimeZone, Timestamp, UnitCost};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::terms::{AdjustmentReason, SalesChannel};

/// Which state of the stock that shoppers see is current. It rises when goods become few, scarcer, sold out, or are there
/// again.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct StockVersion {
    /// It only rises.
    pub version: i64,
}

/// `POST /inventory/deduct`: all lines or none, once per order id.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct DeductStock {
    /// The order; a repeated call with the same id answers what the first did.
    pub order_id: OrderId,
    /// Where.
    pub warehouse_id: WarehouseId,
    /// The sales channel. Like `allow_shortage` it does not count when a repeated call is compared with the first: only
    /// warehouse and items do.
    pub channel: SalesChannel,
    /// One line per SKU, goods only.
    pub items: Vec<StockItem>,
    /// The goods have already left (an offline sale): a shortage is booked as a variance to review.
    #[serde(default)]
    pub allow_shortage: bool,
    /// The day to which the sale belongs, in the warehouse's time zone; by default today in that of the books. Like `channel`
    /// it does not count when a repeated call is compared with the first.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub business_day: Option<Date>,
}

/// Units of a SKU.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct StockItem {
    /// The variant.
    pub sku: Sku,
    /// Units.
    pub quantity: Quantity,
}

/// What a deduction took.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct StockDeducted {
    /// The order.
    pub order_id: OrderId,
    /// One line per SKU.
    pub items: Vec<DeductedItem>,
}

/// A deducted line.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct DeductedItem {
    /// The variant.
    pub sku: Sku,
    /// Units taken.
    pub quantity: Quantity,
    /// What they took from the stock's value at moving-average cost.
    pub cost: Money,
    /// Units that were missing and are booked as a variance (offline sales only).
    #[serde(default)]
    pub shortage: i64,
}

/// The `availability` member of a 409 `OUT_OF_STOCK` problem, and the items of an availability check.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct ItemAvailability {
    /// The variant.
    pub sku: Sku,
    /// Units wanted.
    pub requested: i64,
    /// Units on hand.
    pub on_hand: i64,
    /// Whether there are enough.
    pub available: bool,
}

/// `POST /internal/stock/restock`: goods come back, once per refund id.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct RestockGoods {
    /// The refund.
    pub refund_id: RefundId,
    /// The order with which they were sold, if known.
    pub order_id: Option<OrderId>,
    /// Where to.
    pub warehouse_id: WarehouseId,
    /// The currency of the values.
    pub currency: Currency,
    /// One line per SKU.
    pub items: Vec<RestockItem>,
    /// The day to which the refund belongs, in the warehouse's time zone; by default today in that of the books.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub business_day: Option<Date>,
}

/// A line that comes back.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct RestockItem {
    /// The variant.
    pub sku: Sku,
    /// Units.
    pub quantity: Quantity,
    /// The cost of the whole line, as it was sold; none: inventory uses its current average.
    pub cost: Option<Money>,
}

/// What a restock put back.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct GoodsRestocked {
    /// The refund.
    pub refund_id: RefundId,
    /// One line per SKU, with the value added to stock.
    pub items: Vec<DeductedItem>,
}

/// A warehouse, `GET /inventory/warehouses/{id}`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Warehouse {
    /// The warehouse.
    pub id: WarehouseId,
    /// Its short code.
    pub code: Code,
    /// Its name.
    pub name: Name,
    /// Where sales from it are taxed.
    pub region: Region,
    /// Its time zone: a sale belongs to the day that the clocks there show. None: that of the books.
    #[serde(default)]
    pub time_zone: Option<TimeZone>,
}

/// `POST /inventory/check-availability`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct CheckAvailability {
    /// Where.
    pub warehouse_id: WarehouseId,
    /// What is wanted; lines with the same SKU are added up.
    pub items: Vec<StockItem>,
}

/// Whether everything is available, and how much there is.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Availability {
    /// Whether there is enough for every line.
    pub available: bool,
    /// One line per SKU.
    pub items: Vec<ItemAvailability>,
}

/// `POST /inventory/adjustments`: all lines or none, once per id.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct AdjustStock {
    /// The client's id, so that a repeated call is the same adjustment.
    pub id: Option<AdjustmentId>,
    /// Where.
    pub warehouse_id: WarehouseId,
    /// Why; decides which account is booked against inventory.
    pub reason: AdjustmentReason,
    /// In the clerk's words.
    pub note: Option<ShortText>,
    /// One line per SKU.
    pub items: Vec<AdjustmentItem>,
}

/// The requested change of one SKU.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct AdjustmentItem {
    /// The variant.
    pub sku: Sku,
    /// Units, negative for fewer.
    pub delta: QuantityChange,
    /// What a unit cost, when units are added; none: the moving average, or the last known cost.
    pub unit_cost: Option<UnitCost>,
    /// What they cost together, instead of `unitCost`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub total_cost: Option<Money>,
}

/// A booked adjustment.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Adjustment {
    /// The adjustment.
    pub id: AdjustmentId,
    /// Where.
    pub warehouse_id: WarehouseId,
    /// Why.
    pub reason: AdjustmentReason,
    /// In the clerk's words.
    pub note: Option<ShortText>,
    /// When.
    pub created_at: Timestamp,
    /// The sum of the lines' values.
    pub value: Money,
    /// What changed, in the order of the request.
    pub items: Vec<StockChange>,
}

/// One SKU's change.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct StockChange {
    /// The variant.
    pub sku: Sku,
    /// Units, negative when fewer.
    pub delta: i64,
    /// Change of the stock's value at cost.
    pub value: Money,
}

/// `POST /inventory/transfers`, once per id.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct CreateTransfer {
    /// The client's id, so that a repeated call is the same transfer.
    pub id: Option<TransferId>,
    /// From where.
    pub from_warehouse_id: WarehouseId,
    /// To where.
    pub to_warehouse_id: WarehouseId,
    /// In the clerk's words.
    pub note: Option<ShortText>,
    /// One line per SKU.
    pub items: Vec<StockItem>,
}

/// How far a transfer has got.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub enum TransferStatus {
    /// Planned: nothing has moved.
    Draft,
    /// On its way: it has left one warehouse and not yet reached the other.
    Shipped,
    /// Arrived.
    Received,
}

impl TransferStatus {
    /// The word, as in JSON and in the database.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Draft => "Draft",
            Self::Shipped => "Shipped",
            Self::Received => "Received",
        }
    }
}

/// Goods between two warehouses.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Transfer {
    /// The transfer.
    pub id: TransferId,
    /// From where.
    pub from_warehouse_id: WarehouseId,
    /// To where.
    pub to_warehouse_id: WarehouseId,
    /// How far it has got.
    pub status: TransferStatus,
    /// In the clerk's words.
    pub note: Option<ShortText>,
    /// When it was planned.
    pub created_at: Timestamp,
    /// When the goods left.
    pub shipped_at: Option<Timestamp>,
    /// When they arrived.
    pub received_at: Option<Timestamp>,
    /// One line per SKU.
    pub items: Vec<TransferItem>,
}

/// A line of a transfer.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct TransferItem {
    /// The variant.
    pub sku: Sku,
    /// Units.
    pub quantity: Quantity,
    /// Their value at cost, known once they are shipped.
    pub value: Option<Money>,
}

/// `PUT /inventory/stock/reorder-point`, request and answer.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ReorderPoint {
    /// Where.
    pub warehouse_id: WarehouseId,
    /// The variant.
    pub sku: Sku,
    /// Units; 0 for no reorder point.
    pub reorder_point: i64,
}

/// A variance that a person has reviewed.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct MovementReviewed {
    /// The movement.
    pub id: String,
    /// What was found.
    pub note: ShortText,
    /// Who.
    pub reviewed_by: String,
    /// When.
    pub reviewed_at: Timestamp,
}
