//! An order on the wire, the same for every channel.

use contracts::terms::{LineKind, PaymentMethod, PaymentTerms, SalesChannel};
use kernel::ids::{CustomerId, OrderId, PaymentId, WarehouseId};
use kernel::text::{Code, Name, ShortText, Sku};
use kernel::{Date, Money, Quantity, Timestamp};
use schemars::JsonSchema;
use serde::Serialize;

use crate::domain::order::{
    Address, Cancellation, Contact, Fulfilment, Order, OrderLine, OrderStatus, Payment, PaymentStatus,
};

/// Members for the shop only: buyers do not see them.
pub(super) const INTERNAL: &[&str] = &["failureReason", "reviewReason"];

/// An order.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "Order")]
pub(super) struct OrderJson {
    /// The secret of a guest's order: only in the answer to whoever placed it.
    #[serde(skip_serializing_if = "Option::is_none")]
    token: Option<String>,
    pub(super) id: OrderId,
    /// `ORD-2026-000001`.
    order_number: String,
    sales_channel: SalesChannel,
    status: OrderStatus,
    fulfilment: Fulfilment,
    warehouse_id: WarehouseId,
    customer_id: Option<CustomerId>,
    customer: Option<Contact>,
    shipping_address: Option<Address>,
    items: Vec<LineJson>,
    /// The lines before discount and exclusive tax.
    subtotal: Money,
    /// The sum of the lines' discounts.
    discount: Money,
    /// Tax in the total, exclusive and inclusive.
    tax: Money,
    /// The amount to pay.
    total: Money,
    /// Attempts to pay, oldest first.
    payments: Vec<PaymentJson>,
    /// What was paid beyond the total because cash was rounded; negative when less was paid.
    #[serde(skip_serializing_if = "Option::is_none")]
    cash_rounding: Option<Money>,
    /// When a customer on account pays.
    #[serde(skip_serializing_if = "Option::is_none")]
    payment_terms: Option<PaymentTerms>,
    #[serde(skip_serializing_if = "Option::is_none")]
    purchase_order_number: Option<ShortText>,
    #[serde(skip_serializing_if = "Option::is_none")]
    terminal_id: Option<Code>,
    #[serde(skip_serializing_if = "Option::is_none")]
    terminal_sequence: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    cashier_id: Option<String>,
    /// Who sent the sale, whatever cashier it names.
    #[serde(skip_serializing_if = "Option::is_none")]
    recorded_by: Option<String>,
    /// When the sale took place.
    sold_at: Timestamp,
    /// The day to which the sale belongs, in the time zone of its shop: the date on which it is booked. None before
    /// somebody pays for it.
    business_day: Option<Date>,
    /// Whether a till made it without a connection.
    offline: bool,
    /// Why a person should review it.
    #[serde(skip_serializing_if = "Option::is_none")]
    review_reason: Option<String>,
    cancellation: Option<Cancellation>,
    /// The total that was refunded.
    refunded_total: Money,
    created_at: Timestamp,
    updated_at: Timestamp,
    version: i64,
}

#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "OrderLine")]
struct LineJson {
    sku: Sku,
    name: Name,
    kind: LineKind,
    quantity: Quantity,
    unit_price: Money,
    /// Net of discount, without tax.
    line_total: Money,
    /// The line's own discount and its share of the whole-order discount.
    discount: Money,
    tax_amount: Money,
}

#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "OrderPayment")]
struct PaymentJson {
    id: PaymentId,
    method: PaymentMethod,
    amount: Money,
    status: PaymentStatus,
    #[serde(skip_serializing_if = "Option::is_none")]
    tendered: Option<Money>,
    #[serde(skip_serializing_if = "Option::is_none")]
    change: Option<Money>,
    #[serde(skip_serializing_if = "Option::is_none")]
    failure_reason: Option<String>,
    created_at: Timestamp,
}

impl From<&Order> for OrderJson {
    fn from(order: &Order) -> Self {
        let till = order.till.as_ref();
        Self {
            // Added on the way out, so that it is not kept under the request's key.
            token: None,
            id: order.id,
            order_number: order.number.clone(),
            sales_channel: order.channel,
            status: order.status,
            fulfilment: order.fulfilment,
            warehouse_id: order.warehouse_id,
            customer_id: order.customer_id,
            customer: order.contact.clone(),
            shipping_address: order.shipping_address.clone(),
            items: order.lines.iter().map(LineJson::from).collect(),
            subtotal: order.totals.subtotal,
            discount: order.totals.discount,
            tax: order.totals.tax,
            total: order.totals.total,
            payments: order.payments.iter().map(PaymentJson::from).collect(),
            cash_rounding: Some(order.cash_rounding).filter(|rounding| !rounding.is_zero()),
            payment_terms: order.payment_terms,
            purchase_order_number: order.purchase_order_number.clone(),
            terminal_id: till.map(|till| till.terminal_id.clone()),
            terminal_sequence: till.and_then(|till| till.sequence),
            cashier_id: till.and_then(|till| till.cashier_id.clone()),
            recorded_by: till.and_then(|till| till.recorded_by.clone()),
            sold_at: order.sold_at,
            business_day: order.business_day,
            offline: order.offline,
            review_reason: order.review_reason.clone(),
            cancellation: order.cancellation.clone(),
            refunded_total: order.refunded,
            created_at: order.created_at,
            updated_at: order.updated_at,
            version: order.version,
        }
    }
}

impl From<&OrderLine> for LineJson {
    fn from(line: &OrderLine) -> Self {
        let (item, price) = (&line.item, &line.price);
        Self {
            sku: item.sku.clone(),
            name: item.name.clone(),
            kind: item.kind,
            quantity: item.quantity,
            unit_price: item.unit_price,
            line_total: price.line_total,
            discount: price.discount,
            tax_amount: price.tax_amount,
        }
    }
}

impl From<&Payment> for PaymentJson {
    fn from(payment: &Payment) -> Self {
        Self {
            id: payment.id,
            method: payment.method,
            amount: payment.amount,
            status: payment.status,
            tendered: payment.cash.map(|cash| cash.tendered),
            change: payment.cash.map(|cash| cash.change),
            failure_reason: payment.failure_reason.clone(),
            created_at: payment.created_at,
        }
    }
}
