//! A refund or credit note as JSON.

use contracts::terms::{LineKind, PaymentMethod, SalesChannel};
use kernel::ids::{CustomerId, LineId, OrderId, RefundId, WarehouseId};
use kernel::text::{Code, Name, ShortText, Sku};
use kernel::{Date, Money, Quantity, Timestamp};
use schemars::JsonSchema;
use selling::refund::RefundLine;
use serde::Serialize;
use web::{Answer as _, Created, Present};

use crate::adapters::store::Presents;
use crate::domain::refund::{PaybackStatus, Refund, RefundPayment, RefundStatus};

/// Members for the shop only: buyers do not see them.
pub(super) const INTERNAL: &[&str] = &["note", "reason"];

/// A refund.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "Refund")]
pub(super) struct RefundJson {
    pub(super) id: RefundId,
    /// None for a credit note without an order.
    order_id: Option<OrderId>,
    order_number: Option<String>,
    sales_channel: SalesChannel,
    customer_id: Option<CustomerId>,
    warehouse_id: WarehouseId,
    items: Vec<ItemJson>,
    /// Without tax.
    subtotal: Money,
    tax: Money,
    total: Money,
    payments: Vec<PaymentJson>,
    /// What went back beyond the total because cash was rounded; negative when less went back.
    #[serde(skip_serializing_if = "Option::is_none")]
    cash_rounding: Option<Money>,
    restock: bool,
    /// For the shop only.
    reason: ShortText,
    #[serde(skip_serializing_if = "Option::is_none")]
    terminal_id: Option<Code>,
    status: RefundStatus,
    created_at: Timestamp,
    /// The day to which it belongs, in the time zone of its warehouse: the date on which it is booked.
    business_day: Date,
}

#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "RefundItem")]
struct ItemJson {
    /// The line of the order; none without an order, and for an adjustment of the amount.
    line_id: Option<LineId>,
    sku: Sku,
    name: Name,
    kind: LineKind,
    quantity: Quantity,
    /// Without tax.
    line_total: Money,
    tax_amount: Money,
    restock: bool,
}

#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "RefundPayment")]
struct PaymentJson {
    method: PaymentMethod,
    amount: Money,
    status: PaybackStatus,
    #[serde(skip_serializing_if = "Option::is_none")]
    note: Option<String>,
}

impl ItemJson {
    fn of(order_id: Option<OrderId>, line: &RefundLine) -> Self {
        Self {
            line_id: order_id.zip(line.of).map(|(order_id, of)| LineId::of(order_id, of.line)),
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
        let order_id = refund.order.as_ref().map(|(id, _)| *id);
        Self {
            id: refund.id,
            order_id,
            order_number: refund.order.as_ref().map(|(_, number)| number.clone()),
            sales_channel: refund.channel,
            customer_id: refund.customer_id,
            warehouse_id: refund.warehouse_id,
            items: refund.lines.iter().map(|line| ItemJson::of(order_id, line)).collect(),
            subtotal: refund.totals.subtotal,
            tax: refund.totals.tax,
            total: refund.totals.total,
            payments: refund.payments.iter().map(PaymentJson::from).collect(),
            cash_rounding: Some(refund.cash_rounding).filter(|rounding| !rounding.is_zero()),
            restock: refund.restock,
            reason: refund.reason.clone(),
            terminal_id: refund.terminal_id.clone(),
            status: refund.status,
            created_at: refund.created_at,
            business_day: refund.business_day,
        }
    }
}

/// 201 with the refund: its status shows its progress.
pub(super) fn created(refund: &Refund) -> Created<RefundJson> {
    Created(RefundJson::from(refund))
}

/// For a request that gives money or credit back.
pub(super) const CREATED: Presents =
    Presents { refund: Some(Present::new(|refund| created(refund).into_response())), ..Presents::NONE };
