//! An order on the wire, the same for every channel.

use contracts::terms::{LineKind, PaymentMethod, PaymentTerms, SalesChannel};
use kernel::ids::{CustomerId, OrderId, PaymentId, WarehouseId};
use kernel::text::{Code, Email, Name, ShortText, Sku};
use kernel::{Money, Quantity, Timestamp};
use serde::Serialize;

use crate::domain::order::{Address, Fulfilment, Order, OrderLine, OrderStatus, Payment, PaymentStatus};

/// An order.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct OrderJson {
    pub(super) id: OrderId,
    order_number: String,
    sales_channel: SalesChannel,
    status: OrderStatus,
    fulfilment: Fulfilment,
    warehouse_id: WarehouseId,
    customer_id: Option<CustomerId>,
    customer: Option<CustomerJson>,
    shipping_address: Option<Address>,
    items: Vec<LineJson>,
    subtotal: Money,
    discount: Money,
    tax: Money,
    total: Money,
    payments: Vec<PaymentJson>,
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
    sold_at: Timestamp,
    offline: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    review_reason: Option<String>,
    cancellation: Option<CancellationJson>,
    refunded_total: Money,
    created_at: Timestamp,
    updated_at: Timestamp,
    pub(super) version: i64,
}

#[derive(Debug, Serialize)]
struct CustomerJson {
    email: Email,
    name: Name,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct LineJson {
    sku: Sku,
    name: Name,
    kind: LineKind,
    quantity: Quantity,
    unit_price: Money,
    line_total: Money,
    discount: Money,
    tax_amount: Money,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
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

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct CancellationJson {
    reason: String,
    auto_cancelled: bool,
    at: Timestamp,
}

impl From<&Order> for OrderJson {
    fn from(order: &Order) -> Self {
        let till = order.till.as_ref();
        Self {
            id: order.id,
            order_number: order.number.clone(),
            sales_channel: order.channel,
            status: order.status,
            fulfilment: order.fulfilment,
            warehouse_id: order.warehouse_id,
            customer_id: order.customer_id,
            customer: order
                .contact
                .as_ref()
                .map(|contact| CustomerJson { email: contact.email.clone(), name: contact.name.clone() }),
            shipping_address: order.shipping_address.clone(),
            items: order.lines.iter().map(LineJson::from).collect(),
            subtotal: order.subtotal,
            discount: order.discount,
            tax: order.tax,
            total: order.total,
            payments: order.payments.iter().map(PaymentJson::from).collect(),
            payment_terms: order.payment_terms,
            purchase_order_number: order.purchase_order_number.clone(),
            terminal_id: till.map(|till| till.terminal_id.clone()),
            terminal_sequence: till.and_then(|till| till.sequence),
            cashier_id: till.and_then(|till| till.cashier_id.clone()),
            sold_at: order.sold_at,
            offline: order.offline,
            review_reason: order.review_reason.clone(),
            cancellation: order.cancellation.as_ref().map(|cancellation| CancellationJson {
                reason: cancellation.reason.clone(),
                auto_cancelled: cancellation.auto_cancelled,
                at: cancellation.at,
            }),
            refunded_total: order.refunded,
            created_at: order.created_at,
            updated_at: order.updated_at,
            version: order.version,
        }
    }
}

impl From<&OrderLine> for LineJson {
    fn from(line: &OrderLine) -> Self {
        Self {
            sku: line.sku.clone(),
            name: line.name.clone(),
            kind: line.kind,
            quantity: line.quantity,
            unit_price: line.unit_price,
            line_total: line.line_total,
            discount: line.discount,
            tax_amount: line.tax,
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
