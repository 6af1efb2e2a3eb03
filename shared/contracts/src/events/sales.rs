//! The data of events about orders, payments, refunds and tills.

use kernel::ids::{ClosingId, CustomerId, OrderId, PaymentId, RefundId, WarehouseId};
use kernel::text::{Code, Sku};
use kernel::{Currency, Date, MinorUnits, Money, OptionalMinorUnits, Timestamp};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::terms::{LineKind, PaymentMethod, PaymentTerms, ReviewOutcome, SalesChannel};

/// A new order.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct OrderSummary {
    /// The order.
    pub order_id: OrderId,
    /// `ORD-2026-000001`. Empty in an older message.
    #[serde(default)]
    pub order_number: String,
    /// Its channel.
    pub sales_channel: SalesChannel,
    /// Its customer, if known.
    pub customer_id: Option<CustomerId>,
    /// The warehouse that serves it. None in an older message.
    #[serde(default)]
    pub warehouse_id: Option<WarehouseId>,
    /// The amount to pay.
    #[serde(with = "MinorUnits")]
    pub total: Money,
    /// What was ordered. Empty in an older message.
    #[serde(default)]
    pub items: Vec<OrderedLine>,
}

/// A line of a new order.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct OrderedLine {
    /// The variant.
    pub sku: Sku,
    /// Goods or another kind of line.
    pub kind: LineKind,
    /// Units.
    pub quantity: i64,
    /// The price of a unit, before discount and exclusive tax.
    #[serde(with = "MinorUnits")]
    pub unit_price: Money,
}

/// A payment taken.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct PaymentConfirmed {
    /// The order.
    pub order_id: OrderId,
    /// The payment.
    pub payment_id: PaymentId,
    /// How.
    pub method: PaymentMethod,
    /// How much.
    #[serde(with = "MinorUnits")]
    pub amount: Money,
}

/// A completed sale, with everything that the books need.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct OrderCompleted {
    /// The order.
    pub order_id: OrderId,
    /// `ORD-2026-000001`.
    pub order_number: String,
    /// Its channel.
    pub sales_channel: SalesChannel,
    /// Its customer, if known.
    pub customer_id: Option<CustomerId>,
    /// The customer's name, for the invoice.
    #[serde(default)]
    pub customer_name: Option<String>,
    /// When the sale took place.
    pub sold_at: Timestamp,
    /// The day to which it belongs, in the shop's time zone: the date it is booked on. None in an older message: the day
    /// of the sale in UTC.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub business_day: Option<Date>,
    /// The currency of all amounts.
    pub currency: Currency,
    /// The sum of the lines before discount and tax.
    #[serde(with = "MinorUnits")]
    pub subtotal: Money,
    /// Discount on the order.
    #[serde(with = "MinorUnits")]
    pub discount: Money,
    /// Tax in the total.
    #[serde(with = "MinorUnits")]
    pub tax: Money,
    /// subtotal - discount + tax (where tax is exclusive): what was paid or is owed.
    #[serde(with = "MinorUnits")]
    pub total: Money,
    /// How it was paid; the parts sum to the total and the rounding of cash.
    pub payments: Vec<PaymentPart>,
    /// What was paid beyond the total because cash was rounded, negative when less was paid; left out when it was not.
    #[serde(default, with = "OptionalMinorUnits", skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<MinorUnits>")]
    pub cash_rounding: Option<Money>,
    /// What was sold.
    pub lines: Vec<CompletedLine>,
    /// Terms when on account.
    #[serde(default)]
    pub payment_terms: Option<PaymentTerms>,
    /// The customer's purchase order number.
    #[serde(default)]
    pub purchase_order_number: Option<String>,
    /// What of an offline sale is beyond the shop's limits, and waits for a manager.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub deviation: Option<SaleDeviation>,
}

/// What of a sale is beyond the shop's limits.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct SaleDeviation {
    /// By how much it differs from the list, net of tax: positive when too little was charged.
    #[serde(with = "MinorUnits")]
    pub price: Money,
    /// The cost of units that were not in stock; a part of the cost of the lines.
    #[serde(with = "MinorUnits")]
    pub missing_cost: Money,
}

/// What a manager decided about a deviation.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct DeviationSettled {
    /// The order.
    pub order_id: OrderId,
    /// `ORD-2026-000001`.
    pub order_number: String,
    /// Its channel.
    pub sales_channel: SalesChannel,
    /// What became of it.
    pub outcome: ReviewOutcome,
    /// When; the date it is booked on.
    pub settled_at: Timestamp,
    /// The currency of the amounts.
    pub currency: Currency,
    /// What waited.
    pub deviation: SaleDeviation,
}

/// A part of what was paid.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct PaymentPart {
    /// How; `PurchaseOrder` is a receivable.
    pub method: PaymentMethod,
    /// How much of the total.
    #[serde(with = "MinorUnits")]
    pub amount: Money,
}

/// A line of a completed sale.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct CompletedLine {
    /// The variant.
    pub sku: Sku,
    /// Goods or another kind of line.
    pub kind: LineKind,
    /// Units.
    pub quantity: i64,
    /// Net of discount, without tax: the revenue of the line.
    #[serde(with = "MinorUnits")]
    pub line_total: Money,
    /// Its tax.
    #[serde(with = "MinorUnits")]
    pub tax_amount: Money,
    /// Moving-average cost of a unit, rounded; for information only.
    #[serde(with = "MinorUnits")]
    pub unit_cost: Money,
    /// What the line took from the stock's value, exactly: the cost of goods sold.
    #[serde(with = "MinorUnits")]
    pub cost: Money,
}

/// An order that ended without a sale.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct OrderCancelled {
    /// The order.
    pub order_id: OrderId,
    /// Its channel.
    pub sales_channel: SalesChannel,
    /// Its customer, if known.
    pub customer_id: Option<CustomerId>,
    /// Why.
    pub reason: String,
    /// Whether the system did it: stock ran out, also in the middle of the payment, or nobody paid in time.
    pub auto_cancelled: bool,
}

/// A refund or credit note, with everything that the books need.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct OrderRefunded {
    /// The refund.
    pub refund_id: RefundId,
    /// The order; none for a credit note without one.
    pub order_id: Option<OrderId>,
    /// The order's number.
    pub order_number: Option<String>,
    /// The channel whose revenue is reduced.
    pub sales_channel: SalesChannel,
    /// The customer, if known.
    pub customer_id: Option<CustomerId>,
    /// When it took place.
    pub refunded_at: Timestamp,
    /// The day to which it belongs, in the shop's time zone: the date it is booked on. None in an older message: the day
    /// of the refund in UTC.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub business_day: Option<Date>,
    /// The currency of all amounts.
    pub currency: Currency,
    /// The sum of the lines, without tax.
    #[serde(with = "MinorUnits")]
    pub subtotal: Money,
    /// Tax given back.
    #[serde(with = "MinorUnits")]
    pub tax: Money,
    /// What went back: subtotal + tax.
    #[serde(with = "MinorUnits")]
    pub total: Money,
    /// How; `PurchaseOrder` reduces the receivable.
    pub payments: Vec<PaymentPart>,
    /// What went back beyond the total because cash was rounded, negative when less went back; left out when it was not.
    #[serde(default, with = "OptionalMinorUnits", skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<MinorUnits>")]
    pub cash_rounding: Option<Money>,
    /// What came back.
    pub lines: Vec<RefundedLine>,
}

/// A closed day of a till.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct TillClosed {
    /// The closing.
    pub closing_id: ClosingId,
    /// The till.
    pub terminal_id: Code,
    /// 1, 2, 3, … for each till.
    pub closing_number: i64,
    /// When.
    pub closed_at: Timestamp,
    /// The day to which it belongs, in the shop's time zone: the date on which a difference is booked. None in an older
    /// message: the day of the closing in UTC.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub business_day: Option<Date>,
    /// The currency of all amounts.
    pub currency: Currency,
    /// The number of its sales.
    pub sales: i64,
    /// The sum of their totals.
    #[serde(with = "MinorUnits")]
    pub total: Money,
    /// Cash taken less cash given back.
    #[serde(with = "MinorUnits")]
    pub expected_cash: Money,
    /// What was counted; none when the cash was not counted.
    #[serde(default, with = "OptionalMinorUnits")]
    #[schemars(with = "Option<MinorUnits>")]
    pub counted_cash: Option<Money>,
}

/// A line of a refund.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct RefundedLine {
    /// The variant.
    pub sku: Sku,
    /// Goods or another kind of line.
    pub kind: LineKind,
    /// Units.
    pub quantity: i64,
    /// Without tax.
    #[serde(with = "MinorUnits")]
    pub line_total: Money,
    /// Its tax.
    #[serde(with = "MinorUnits")]
    pub tax_amount: Money,
    /// Whether the goods went back into stock.
    pub restocked: bool,
    /// What they added to the stock's value; zero when not restocked.
    #[serde(with = "MinorUnits")]
    pub cost: Money,
}
