//! The events, each with its data. Money in one event is of one currency.

use kernel::ids::{
    AdjustmentId, ClosingId, CustomerId, EntryId, InvoiceId, OrderId, PaymentId, ProductId, RefundId,
    TransferId, UserId, WarehouseId,
};
use kernel::text::{Code, Name, Region, Sku};
use kernel::{Currency, Date, Money, Timestamp};
use serde::{Deserialize, Serialize};

use crate::Queue;
use crate::terms::{AdjustmentReason, DepletedBy, LineKind, PaymentMethod, PaymentTerms, SalesChannel};

macro_rules! events {
    ($($(#[$doc:meta])* $name:ident($data:ty) => $entity:literal, [$($queue:ident),*];)*) => {
        /// Something that happened in a service.
        #[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
        #[serde(tag = "type", content = "data")]
        pub enum Event { $($(#[$doc])* $name($data)),* }

        impl Event {
            /// The event's name, as in `type`.
            #[must_use]
            pub const fn name(&self) -> &'static str {
                match self { $(Self::$name(_) => stringify!($name)),* }
            }

            /// What the event is about.
            #[must_use]
            pub const fn entity_type(&self) -> &'static str {
                match self { $(Self::$name(_) => $entity),* }
            }

            /// The queues whose readers want it.
            #[must_use]
            pub const fn readers(&self) -> &'static [Queue] {
                match self { $(Self::$name(_) => &[$(Queue::$queue),*]),* }
            }

            /// The same by name; none for a name that no event has.
            #[must_use]
            pub fn readers_of(name: &str) -> Option<&'static [Queue]> {
                match name {
                    $(stringify!($name) => Some(&[$(Queue::$queue),*]),)*
                    _ => None,
                }
            }
        }
    };
}

events! {
    /// A product with its first variants.
    ProductCreated(ProductData) => "product", [InventoryInbox];
    /// A product changed; variants may be new.
    ProductUpdated(ProductData) => "product", [InventoryInbox];
    /// A product is gone from the catalogue.
    ProductDeleted(ProductData) => "product", [InventoryInbox];
    /// A variant's retail price changed.
    PriceChanged(PriceChanged) => "product", [OrderInbox];
    /// A warehouse was created or changed.
    WarehouseChanged(WarehouseChanged) => "warehouse", [OrderInbox];
    /// The last unit left a warehouse.
    StockDepleted(StockDepleted) => "stock", [OrderInbox];
    /// Stock fell to its reorder point.
    StockLow(StockLow) => "stock", [];
    /// A transfer was shipped or received.
    StockTransferred(StockTransferred) => "transfer", [];
    /// Stock was adjusted for a reason other than buying it.
    StockAdjusted(StockAdjusted) => "adjustment", [AccountingInbox];
    /// Goods came in.
    StockReceived(StockAdjusted) => "adjustment", [AccountingInbox];
    /// An order exists and waits for payment.
    OrderCreated(OrderSummary) => "order", [];
    /// A payment was taken.
    PaymentConfirmed(PaymentConfirmed) => "order", [];
    /// Goods are handed over and paid for, or on account.
    OrderCompleted(OrderCompleted) => "order", [AccountingInbox];
    /// An order ended without a sale.
    OrderCancelled(OrderCancelled) => "order", [];
    /// Money or credit went back, with or without goods.
    OrderRefunded(OrderRefunded) => "refund", [AccountingInbox];
    /// A till's day was counted and closed.
    TillClosed(TillClosed) => "tillClosing", [AccountingInbox];
    /// An account was added to the chart.
    AccountCreated(AccountCreated) => "account", [];
    /// An entry was posted.
    JournalEntryPosted(JournalEntryPosted) => "journalEntry", [];
    /// A customer paid an invoice, in part or whole.
    InvoicePaid(InvoicePaid) => "invoice", [OrderInbox];
    /// A user was added.
    UserCreated(UserData) => "user", [];
    /// A user changed.
    UserUpdated(UserData) => "user", [];
    /// A user was removed.
    UserDeleted(UserData) => "user", [];
}

/// A product as inventory needs it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
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
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct VariantData {
    /// Its immutable name.
    pub sku: Sku,
    /// Only goods have stock.
    pub kind: LineKind,
}

/// A new retail price.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct PriceChanged {
    /// The product.
    pub product_id: ProductId,
    /// The variant.
    pub sku: Sku,
    /// Before.
    pub previous_price: Money,
    /// Now.
    pub price: Money,
}

/// A warehouse as other services need it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
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
}

/// The last unit left.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
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
    /// What took the last.
    pub depleted_by: DepletedBy,
}

/// Stock at or below its reorder point.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
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
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
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
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
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
    pub value: Money,
    /// What changed.
    pub lines: Vec<StockChange>,
    /// The order whose shortage made it, when an offline sale did.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub order_id: Option<OrderId>,
}

/// One SKU's change.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct StockChange {
    /// The variant.
    pub sku: Sku,
    /// Units, negative when fewer.
    pub delta: i64,
    /// Change of the stock's value at cost.
    pub value: Money,
}

/// An order in short.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct OrderSummary {
    /// The order.
    pub order_id: OrderId,
    /// Its channel.
    pub sales_channel: SalesChannel,
    /// Its customer, if known.
    pub customer_id: Option<CustomerId>,
    /// What is to be paid.
    pub total: Money,
}

/// A payment taken.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct PaymentConfirmed {
    /// The order.
    pub order_id: OrderId,
    /// The payment.
    pub payment_id: PaymentId,
    /// How.
    pub method: PaymentMethod,
    /// How much.
    pub amount: Money,
}

/// A completed sale, with all that the books need.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
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
    /// When the sale took place; the date it is booked on.
    pub sold_at: Timestamp,
    /// The currency of all amounts.
    pub currency: Currency,
    /// The sum of the lines before discount and tax.
    pub subtotal: Money,
    /// Discount on the order.
    pub discount: Money,
    /// Tax in the total.
    pub tax: Money,
    /// subtotal - discount + tax (where tax is exclusive): what was paid or is owed.
    pub total: Money,
    /// How it was paid; they sum to the total.
    pub payments: Vec<PaymentPart>,
    /// What was sold.
    pub lines: Vec<CompletedLine>,
    /// Terms when on account.
    #[serde(default)]
    pub payment_terms: Option<PaymentTerms>,
    /// The customer's purchase order number.
    #[serde(default)]
    pub purchase_order_number: Option<String>,
}

/// A part of what was paid.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct PaymentPart {
    /// How; `PurchaseOrder` is a receivable.
    pub method: PaymentMethod,
    /// How much of the total.
    pub amount: Money,
}

/// A line of a completed sale.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct CompletedLine {
    /// The variant.
    pub sku: Sku,
    /// Goods, or what else.
    pub kind: LineKind,
    /// Units.
    pub quantity: i64,
    /// Net of discount, without tax: the revenue of the line.
    pub line_total: Money,
    /// Its tax.
    pub tax_amount: Money,
    /// Moving-average cost of a unit, rounded; information.
    pub unit_cost: Money,
    /// What the line took from the stock's value, exactly: the cost of goods sold.
    pub cost: Money,
}

/// An order that ended without a sale.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
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
    /// Whether the system did it, because stock ran out.
    pub auto_cancelled: bool,
}

/// A refund or credit note, with all that the books need.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
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
    /// The currency of all amounts.
    pub currency: Currency,
    /// The sum of the lines, without tax.
    pub subtotal: Money,
    /// Tax given back.
    pub tax: Money,
    /// What went back: subtotal + tax.
    pub total: Money,
    /// How; `PurchaseOrder` reduces the receivable.
    pub payments: Vec<PaymentPart>,
    /// What came back.
    pub lines: Vec<RefundedLine>,
}

/// A closed day of a till.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct TillClosed {
    /// The closing.
    pub closing_id: ClosingId,
    /// The till.
    pub terminal_id: Code,
    /// 1, 2, 3, … for each till.
    pub closing_number: i64,
    /// When; the date a difference is booked on.
    pub closed_at: Timestamp,
    /// The currency of all amounts.
    pub currency: Currency,
    /// How many sales it has.
    pub sales: i64,
    /// What they come to.
    pub total: Money,
    /// Cash taken less cash given back.
    pub expected_cash: Money,
    /// What was counted; none when nobody counted.
    pub counted_cash: Option<Money>,
}

/// A line of a refund.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct RefundedLine {
    /// The variant.
    pub sku: Sku,
    /// Goods, or what else.
    pub kind: LineKind,
    /// Units.
    pub quantity: i64,
    /// Without tax.
    pub line_total: Money,
    /// Its tax.
    pub tax_amount: Money,
    /// Whether the goods went back into stock.
    pub restocked: bool,
    /// What they added to the stock's value; zero when not restocked.
    pub cost: Money,
}

/// A new account.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct AccountCreated {
    /// Its code.
    pub code: Code,
    /// Its name.
    pub name: Name,
}

/// A posted entry.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct JournalEntryPosted {
    /// The entry.
    pub entry_id: EntryId,
    /// The date it is booked on.
    pub entry_date: Date,
    /// The sum of its debits.
    pub total: Money,
}

/// A payment on an invoice.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct InvoicePaid {
    /// The invoice.
    pub invoice_id: InvoiceId,
    /// The order it bills.
    pub order_id: OrderId,
    /// Who owed.
    pub customer_id: Option<CustomerId>,
    /// How much was paid.
    pub amount: Money,
}

/// A user, without secrets.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct UserData {
    /// The user.
    pub user_id: UserId,
    /// The role.
    pub role: String,
}
