//! A refund as a database row, for writing and reading. The inserting statements take these as JSON. A row that is read
//! contains its lines and payments as JSON aggregates, so that a list is one query.

use contracts::terms::{LineKind, PaymentMethod, SalesChannel};
use kernel::ids::{CustomerId, OrderId, PaymentId, RefundId, WarehouseId};
use kernel::text::{Code, Name, ShortText, Sku};
use kernel::{Currency, Date, Money, MoneyError, Quantity, Timestamp};
use selling::refund::{LineState, RefundLine, RefundTotals, Share};
use serde::{Deserialize, Serialize};
use store::DatabaseError;

use super::{money, parsed};

use crate::domain::refund::{PaybackStatus, Refund, RefundPayment, RefundStatus};

/// The columns of [`RefundRow`] and their tables.
macro_rules! refund_columns {
    () => {
        "r.*, (select o.order_number from orders o where o.id = r.order_id) as order_number,
        (select json_group_array(json_object('order_line', l.order_line, 'quantity_before', l.quantity_before, 'reduced_minor', l.reduced_minor, 'sku', l.sku, 'name', l.name,
            'kind', l.kind, 'quantity', l.quantity, 'line_total_minor', l.line_total_minor, 'tax_minor', l.tax_minor,
            'restock', l.restock, 'of_shipped', l.of_shipped, 'cost_minor', l.cost_minor) order by l.line)
         from refund_lines l where l.refund_id = r.id) as lines,
        (select json_group_array(json_object('part', p.part, 'payment_id', p.payment_id, 'method', p.method, 'amount_minor', p.amount_minor,
            'status', p.status, 'note', p.note) order by p.part)
         from refund_payments p where p.refund_id = r.id) as payments
        from refunds r"
    };
}
pub(super) use refund_columns;

/// A row of `refunds` with `lines` and `payments`.
#[derive(Serialize, Deserialize)]
pub(super) struct RefundRow {
    id: RefundId,
    order_id: Option<OrderId>,
    #[serde(skip_serializing)]
    order_number: Option<String>,
    sales_channel: SalesChannel,
    customer_id: Option<CustomerId>,
    warehouse_id: WarehouseId,
    currency: Currency,
    subtotal_minor: i64,
    tax_minor: i64,
    total_minor: i64,
    cash_rounding_minor: i64,
    restock: bool,
    reason: ShortText,
    status: RefundStatus,
    refunded_by: String,
    terminal_id: Option<Code>,
    request: String,
    request_key: Option<String>,
    created_at: Timestamp,
    business_day: Option<Date>,
    #[serde(skip_serializing)]
    lines: String,
    #[serde(skip_serializing)]
    payments: String,
}

/// A line in JSON.
#[derive(Serialize, Deserialize)]
pub(super) struct LineRow {
    order_line: Option<i64>,
    quantity_before: Option<i64>,
    reduced_minor: Option<i64>,
    sku: Sku,
    name: Name,
    kind: LineKind,
    quantity: Quantity,
    line_total_minor: i64,
    tax_minor: i64,
    restock: i64,
    of_shipped: i64,
    cost_minor: Option<i64>,
}

/// What an amount takes from a line of the order, in JSON.
#[derive(Serialize)]
pub(super) struct ShareRow {
    order_line: i64,
    returned: i64,
    reduced_minor: i64,
    line_total_minor: i64,
    tax_minor: i64,
}

impl TryFrom<&Share> for ShareRow {
    type Error = MoneyError;

    fn try_from(share: &Share) -> Result<Self, MoneyError> {
        Ok(Self {
            order_line: share.of.line,
            returned: share.of.returned,
            reduced_minor: share.of.reduced.minor(),
            line_total_minor: share.amount.net()?.minor(),
            tax_minor: share.amount.tax.minor(),
        })
    }
}

/// A part of the money in JSON.
#[derive(Serialize, Deserialize)]
pub(super) struct PartRow {
    part: i64,
    payment_id: Option<PaymentId>,
    method: PaymentMethod,
    amount_minor: i64,
    status: PaybackStatus,
    note: Option<String>,
}

impl RefundRow {
    /// The refund.
    pub(super) fn into_refund(self) -> Result<Refund, DatabaseError> {
        let currency = self.currency;
        let lines: Vec<LineRow> = parsed(&self.lines)?;
        let parts: Vec<PartRow> = parsed(&self.payments)?;
        Ok(Refund {
            id: self.id,
            order: self.order_id.zip(self.order_number),
            channel: self.sales_channel,
            customer_id: self.customer_id,
            warehouse_id: self.warehouse_id,
            currency,
            lines: lines.into_iter().map(|row| row.into_line(currency)).collect::<Result<_, _>>()?,
            totals: RefundTotals {
                subtotal: money(self.subtotal_minor, currency)?,
                tax: money(self.tax_minor, currency)?,
                total: money(self.total_minor, currency)?,
            },
            payments: parts.into_iter().map(|row| row.into_payment(currency)).collect::<Result<_, _>>()?,
            cash_rounding: money(self.cash_rounding_minor, currency)?,
            restock: self.restock,
            reason: self.reason,
            status: self.status,
            refunded_by: self.refunded_by,
            terminal_id: self.terminal_id,
            request: self.request,
            request_key: self.request_key,
            created_at: self.created_at,
            // One of an older release belongs to its day in UTC.
            business_day: self.business_day.unwrap_or_else(|| self.created_at.date()),
        })
    }
}

impl From<&Refund> for RefundRow {
    fn from(refund: &Refund) -> Self {
        let order = refund.order.as_ref();
        Self {
            id: refund.id,
            order_id: order.map(|(id, _)| *id),
            order_number: order.map(|(_, number)| number.clone()),
            sales_channel: refund.channel,
            customer_id: refund.customer_id,
            warehouse_id: refund.warehouse_id,
            currency: refund.currency,
            subtotal_minor: refund.totals.subtotal.minor(),
            tax_minor: refund.totals.tax.minor(),
            total_minor: refund.totals.total.minor(),
            cash_rounding_minor: refund.cash_rounding.minor(),
            restock: refund.restock,
            reason: refund.reason.clone(),
            status: refund.status,
            refunded_by: refund.refunded_by.clone(),
            terminal_id: refund.terminal_id.clone(),
            request: refund.request.clone(),
            request_key: refund.request_key.clone(),
            created_at: refund.created_at,
            business_day: Some(refund.business_day),
            lines: String::new(),
            payments: String::new(),
        }
    }
}

impl From<&RefundLine> for LineRow {
    fn from(line: &RefundLine) -> Self {
        Self {
            order_line: line.of.map(|of| of.line),
            quantity_before: line.of.map(|of| of.returned),
            reduced_minor: line.of.map(|of| of.reduced.minor()),
            sku: line.sku.clone(),
            name: line.name.clone(),
            kind: line.kind,
            quantity: line.quantity,
            line_total_minor: line.line_total.minor(),
            tax_minor: line.tax_amount.minor(),
            restock: i64::from(line.restock),
            of_shipped: i64::from(line.of_shipped),
            cost_minor: line.cost.map(Money::minor),
        }
    }
}

impl LineRow {
    fn into_line(self, currency: Currency) -> Result<RefundLine, DatabaseError> {
        let reduced = money(self.reduced_minor.unwrap_or(0), currency)?;
        let of = self.order_line.zip(self.quantity_before);
        Ok(RefundLine {
            of: of.map(|(line, returned)| LineState { line, returned, reduced }),
            sku: self.sku,
            name: self.name,
            kind: self.kind,
            quantity: self.quantity,
            line_total: money(self.line_total_minor, currency)?,
            tax_amount: money(self.tax_minor, currency)?,
            restock: self.restock == 1,
            of_shipped: self.of_shipped == 1,
            cost: self.cost_minor.map(|minor| money(minor, currency)).transpose()?,
        })
    }
}

impl From<&RefundPayment> for PartRow {
    fn from(part: &RefundPayment) -> Self {
        Self {
            part: part.part,
            payment_id: part.payment_id,
            method: part.method,
            amount_minor: part.amount.minor(),
            status: part.status,
            note: part.note.clone(),
        }
    }
}

impl PartRow {
    fn into_payment(self, currency: Currency) -> Result<RefundPayment, DatabaseError> {
        Ok(RefundPayment {
            part: self.part,
            payment_id: self.payment_id,
            method: self.method,
            amount: money(self.amount_minor, currency)?,
            status: self.status,
            note: self.note,
        })
    }
}
