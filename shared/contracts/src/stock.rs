//! What the order service asks inventory: take stock for a sale, put it back for a refund.

use kernel::ids::{OrderId, RefundId, WarehouseId};
use kernel::text::{Code, Name, Region, Sku};
use kernel::{Currency, Money, Quantity};
use serde::{Deserialize, Serialize};

use crate::terms::SalesChannel;

/// `POST /inventory/deduct`: all lines or none, once per order id.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct DeductStock {
    /// The order; a repeated call with the same id answers what the first did.
    pub order_id: OrderId,
    /// Where.
    pub warehouse_id: WarehouseId,
    /// For whom.
    pub channel: SalesChannel,
    /// One line per SKU, goods only.
    pub items: Vec<StockItem>,
    /// The goods have already left (an offline sale): a shortage is booked as a variance to review.
    #[serde(default)]
    pub allow_shortage: bool,
}

/// Units of a SKU.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct StockItem {
    /// The variant.
    pub sku: Sku,
    /// Units.
    pub quantity: Quantity,
}

/// What a deduction took.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct StockDeducted {
    /// The order.
    pub order_id: OrderId,
    /// One line per SKU.
    pub items: Vec<DeductedItem>,
}

/// A deducted line.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
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
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ItemAvailability {
    /// The variant.
    pub sku: Sku,
    /// Units wanted.
    pub requested: i64,
    /// Units there.
    pub on_hand: i64,
    /// Whether there are enough.
    pub available: bool,
}

/// `POST /internal/stock/restock`: goods come back, once per refund id.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct RestockGoods {
    /// The refund.
    pub refund_id: RefundId,
    /// The order they were sold with, if known.
    pub order_id: Option<OrderId>,
    /// Where to.
    pub warehouse_id: WarehouseId,
    /// The currency of the values.
    pub currency: Currency,
    /// One line per SKU.
    pub items: Vec<RestockItem>,
}

/// A line that comes back.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct RestockItem {
    /// The variant.
    pub sku: Sku,
    /// Units.
    pub quantity: Quantity,
    /// The value they were sold at cost; none: inventory takes its current average.
    pub cost: Option<Money>,
}

/// What a restock put back.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct GoodsRestocked {
    /// The refund.
    pub refund_id: RefundId,
    /// One line per SKU, with the value added to stock.
    pub items: Vec<DeductedItem>,
}

/// A warehouse, `GET /inventory/warehouses/{id}`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
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
}
