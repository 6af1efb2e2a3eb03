//! An order on the wire, the same for every channel.

use contracts::terms::{LineKind, PaymentMethod, PaymentTerms, SalesChannel};
use kernel::ids::{CustomerId, LineId, OrderId, PaymentId, WarehouseId};
use kernel::text::{Code, Name, ShortText, Sku};
use kernel::{Date, Money, Quantity, Timestamp};
use schemars::JsonSchema;
use serde::Serialize;

use super::shipment_json::ShipmentJson;
use crate::domain::order::{
    Address, Cancellation, Contact, Fulfilment, Order, OrderLine, OrderStatus, Payment, PaymentStatus,
};

/// Members for the shop only: buyers do not see them.
pub(super) const INTERNAL: &[&str] = &["failureReason", "reviewReason", "createdBy", "cancelReason"];

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
    /// Who gets the invoice: the shipping address, unless there is another.
    billing_address: Option<Address>,
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
    /// How the goods are sent, oldest first; left out for a sale at a till.
    #[serde(skip_serializing_if = "Option::is_none")]
    shipments: Option<Vec<ShipmentJson>>,
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
    /// When the payment was certain and the goods were taken from stock.
    confirmed_at: Option<Timestamp>,
    pub(super) completed_at: Option<Timestamp>,
    cancelled_at: Option<Timestamp>,
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
    /// Names the line in refunds and shipments.
    line_id: LineId,
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
    /// Units that have left; left out before the order is completed, for a sale at a till, and for what is no goods.
    #[serde(skip_serializing_if = "Option::is_none")]
    shipped: Option<i64>,
    /// Units that nobody sends yet: neither in a shipment nor refunded.
    #[serde(skip_serializing_if = "Option::is_none")]
    to_ship: Option<i64>,
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
        let sent = order.channel != SalesChannel::POS;
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
            billing_address: order.billing_address.as_ref().or(order.shipping_address.as_ref()).cloned(),
            items: order.lines.iter().map(|line| LineJson::of(order.id, line)).collect(),
            subtotal: order.totals.subtotal,
            discount: order.totals.discount,
            tax: order.totals.tax,
            total: order.totals.total,
            payments: order.payments.iter().map(PaymentJson::from).collect(),
            shipments: sent.then(|| order.shipments.iter().map(ShipmentJson::from).collect()),
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
            confirmed_at: order.confirmed_at,
            completed_at: order.completed_at,
            cancelled_at: order.cancellation.as_ref().map(|cancellation| cancellation.at),
            cancellation: order.cancellation.clone(),
            refunded_total: order.refunded,
            created_at: order.created_at,
            updated_at: order.updated_at,
            version: order.version,
        }
    }
}

impl LineJson {
    fn of(order_id: OrderId, line: &OrderLine) -> Self {
        let (item, price) = (&line.item, &line.price);
        Self {
            line_id: LineId::of(order_id, line.line),
            sku: item.sku.clone(),
            name: item.name.clone(),
            kind: item.kind,
            quantity: item.quantity,
            unit_price: item.unit_price,
            line_total: price.line_total,
            discount: price.discount,
            tax_amount: price.tax_amount,
            shipped: line.sent.map(|sent| sent.shipped),
            to_ship: line.sent.map(|_| line.open()),
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
