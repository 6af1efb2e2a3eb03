//! A refund or credit note as JSON, and what their requests have in common.

use contracts::terms::{LineKind, PaymentMethod, SalesChannel};
use kernel::ids::{CustomerId, OrderId, RefundId, WarehouseId};
use kernel::text::{Code, Name, ShortText, Sku};
use kernel::{Money, Quantity, Timestamp};
use serde::Serialize;
use web::Context;

use crate::domain::refund::{PaybackStatus, Refund, RefundLine, RefundPayment};

/// A refund.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct RefundJson {
    pub(crate) id: RefundId,
    order_id: Option<OrderId>,
    order_number: Option<String>,
    sales_channel: SalesChannel,
    customer_id: Option<CustomerId>,
    warehouse_id: WarehouseId,
    items: Vec<ItemJson>,
    subtotal: Money,
    tax: Money,
    total: Money,
    payments: Vec<PaymentJson>,
    restock: bool,
    reason: ShortText,
    #[serde(skip_serializing_if = "Option::is_none")]
    terminal_id: Option<Code>,
    status: &'static str,
    created_at: Timestamp,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct ItemJson {
    sku: Sku,
    name: Name,
    kind: LineKind,
    quantity: Quantity,
    line_total: Money,
    tax_amount: Money,
    restock: bool,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct PaymentJson {
    method: PaymentMethod,
    amount: Money,
    status: PaybackStatus,
    #[serde(skip_serializing_if = "Option::is_none")]
    note: Option<String>,
}

impl From<&RefundLine> for ItemJson {
    fn from(line: &RefundLine) -> Self {
        Self {
            sku: line.sku.clone(),
            name: line.name.clone(),
            kind: line.kind,
            quantity: line.quantity,
            line_total: line.line_total,
            tax_amount: line.tax_amount,
            restock: line.restock,
        }
    }
}

impl From<&RefundPayment> for PaymentJson {
    fn from(part: &RefundPayment) -> Self {
        Self { method: part.method, amount: part.amount, status: part.status, note: part.note.clone() }
    }
}

impl From<&Refund> for RefundJson {
    fn from(refund: &Refund) -> Self {
        Self {
            id: refund.id,
            order_id: refund.order.as_ref().map(|(id, _)| *id),
            order_number: refund.order.as_ref().map(|(_, number)| number.clone()),
            sales_channel: refund.channel,
            customer_id: refund.customer_id,
            warehouse_id: refund.warehouse_id,
            items: refund.lines.iter().map(ItemJson::from).collect(),
            subtotal: refund.totals.subtotal,
            tax: refund.totals.tax,
            total: refund.totals.total,
            payments: refund.payments.iter().map(PaymentJson::from).collect(),
            restock: refund.restock,
            reason: refund.reason.clone(),
            terminal_id: refund.terminal_id.clone(),
            status: refund.status.as_str(),
            created_at: refund.created_at,
        }
    }
}

impl RefundJson {
    /// The body of an answer.
    pub(crate) fn render(&self) -> String {
        serde_json::to_string(self).unwrap_or_default()
    }
}

/// What tells a repetition of a request by its `Idempotency-Key`: the caller and what the key is for.
pub(super) fn request_key(context: &Context, what: &str) -> Option<String> {
    let key = context.idempotency_key()?;
    Some(format!("{} {what} {key}", context.caller.subject))
}
