//! The data of events about products, warehouses and stock.

use kernel::ids::{AdjustmentId, OrderId, ProductId, TransferId, WarehouseId};
use kernel::text::{Code, Name, Region, Sku};
use kernel::{Currency, Date, MinorUnits, Money, TimeZone};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::terms::{AdjustmentReason, DepletedBy, LineKind};

/// A product as inventory needs it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct ProductData {
    /// The product.
    pub product_id: ProductId,
    /// Its name.
    pub name: Name,
    /// All its variants.
    pub variants: Vec<VariantData>,
}

/// A variant as inventory needs it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct VariantData {
    /// Its immutable name.
    pub sku: Sku,
    /// Only goods have stock.
    pub kind: LineKind,
}

/// A new retail price.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct PriceChanged {
    /// The product.
    pub product_id: ProductId,
    /// The variant.
    pub sku: Sku,
    /// Before.
    #[serde(with = "MinorUnits")]
    pub previous_price: Money,
    /// Now.
    #[serde(with = "MinorUnits")]
    pub price: Money,
}

/// A warehouse as other services need it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct WarehouseChanged {
    /// The warehouse.
    pub warehouse_id: WarehouseId,
    /// Its short code.
    pub code: Code,
    /// Its name.
    pub name: Name,
    /// Where sales from it are taxed.
    pub region: Region,
    /// Its time zone; none in an older message.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub time_zone: Option<TimeZone>,
}

/// The last unit left.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct StockDepleted {
    /// Where.
    pub warehouse_id: WarehouseId,
    /// The product.
    pub product_id: ProductId,
    /// The variant.
    pub sku: Sku,
    /// Units before.
    pub previous_quantity: i64,
    /// Units now: 0.
    pub current_quantity: i64,
    /// What took the last unit.
    pub depleted_by: DepletedBy,
}

/// Stock at or below its reorder point.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct StockLow {
    /// Where.
    pub warehouse_id: WarehouseId,
    /// The variant.
    pub sku: Sku,
    /// Units now.
    pub current_quantity: i64,
    /// The limit it fell to.
    pub reorder_point: i64,
}

/// Goods between warehouses.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct StockTransferred {
    /// The transfer.
    pub transfer_id: TransferId,
    /// From where.
    pub from_warehouse_id: WarehouseId,
    /// To where.
    pub to_warehouse_id: WarehouseId,
    /// `Shipped` or `Received`.
    pub status: String,
}

/// An adjustment or a receipt of goods, with its value.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct StockAdjusted {
    /// The adjustment.
    pub adjustment_id: AdjustmentId,
    /// Where.
    pub warehouse_id: WarehouseId,
    /// Why.
    pub reason: AdjustmentReason,
    /// The currency of the values.
    pub currency: Currency,
    /// The sum of the lines' values.
    #[serde(with = "MinorUnits")]
    pub value: Money,
    /// What changed.
    pub lines: Vec<AdjustedLine>,
    /// The order whose shortage caused it, when it comes from an offline sale.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub order_id: Option<OrderId>,
    /// The day to which it belongs, in the warehouse's time zone; none in an older message: the day of the message in UTC.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub business_day: Option<Date>,
}

/// A line of an adjustment.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct AdjustedLine {
    /// The variant.
    pub sku: Sku,
    /// Units, negative when fewer.
    pub delta: i64,
    /// Change of the stock's value at cost.
    #[serde(with = "MinorUnits")]
    pub value: Money,
}
