//! The parts of an order in JSON: its lines, payments and shipments. The inserting statements take these; a row of an order
//! that is read contains them.

use contracts::terms::{LineKind, PaymentMethod};
use kernel::ids::{OrderId, PaymentId, ProductId, ShipmentId};
use kernel::text::{Link, Name, ShortText, Sku};
use kernel::{Currency, Money, Quantity, Timestamp};
use selling::pricing::{PriceLine, PricedLine, Rate, TaxRate};
use selling::tender::CashGiven;
use serde::{Deserialize, Serialize};
use store::DatabaseError;

use super::{money, shape};
use crate::domain::order::{
    Carriage, OrderLine, Payment, PaymentStatus, Sent, Shipment, ShipmentLine, ShipmentMethod, ShipmentStatus,
};

/// A line in JSON.
#[derive(Serialize, Deserialize)]
pub(super) struct LineRow {
    line: i64,
    sku: Sku,
    product_id: ProductId,
    name: Name,
    kind: LineKind,
    tax_class: String,
    quantity: Quantity,
    unit_price_minor: i64,
    discount_minor: i64,
    line_total_minor: i64,
    tax_minor: i64,
    tax_ppm: Option<i64>,
    tax_inclusive: Option<i64>,
    cost_minor: Option<i64>,
    #[serde(skip_serializing)]
    packed: Option<i64>,
    #[serde(skip_serializing)]
    shipped: Option<i64>,
    #[serde(skip_serializing)]
    withdrawn: Option<i64>,
}

/// A payment attempt in JSON. Its position in the list is its part number.
#[derive(Serialize, Deserialize)]
pub(super) struct PaymentRow {
    id: PaymentId,
    method: PaymentMethod,
    amount_minor: i64,
    tendered_minor: Option<i64>,
    change_minor: Option<i64>,
    status: PaymentStatus,
    failure_reason: Option<String>,
    idempotency_key: Option<String>,
    created_at: Timestamp,
}

impl From<&OrderLine> for LineRow {
    fn from(line: &OrderLine) -> Self {
        let (item, price) = (&line.item, &line.price);
        Self {
            line: line.line,
            sku: item.sku.clone(),
            product_id: line.product_id,
            name: item.name.clone(),
            kind: item.kind,
            tax_class: item.tax_class.clone(),
            quantity: item.quantity,
            unit_price_minor: item.unit_price.minor(),
            discount_minor: price.discount.minor(),
            line_total_minor: price.line_total.minor(),
            tax_minor: price.tax_amount.minor(),
            tax_ppm: price.tax.as_ref().map(|tax| tax.rate.ppm()),
            tax_inclusive: price.tax.as_ref().map(|tax| i64::from(tax.inclusive)),
            cost_minor: line.cost.map(Money::minor),
            packed: None,
            shipped: None,
            withdrawn: None,
        }
    }
}

impl LineRow {
    pub(super) fn into_line(self, currency: Currency) -> Result<OrderLine, DatabaseError> {
        let tax = match self.tax_ppm.zip(self.tax_inclusive) {
            Some((ppm, inclusive)) => Some(TaxRate {
                tax_class: self.tax_class.clone(),
                rate: Rate::from_ppm(ppm).ok_or_else(|| shape("order_lines: tax_ppm"))?,
                inclusive: inclusive == 1,
            }),
            None => None,
        };
        let item = PriceLine {
            sku: self.sku,
            name: self.name,
            kind: self.kind,
            quantity: self.quantity,
            unit_price: money(self.unit_price_minor, currency)?,
            tax_class: self.tax_class,
            discount: Money::zero(currency),
        };
        let price = PricedLine {
            line_subtotal: item.subtotal().map_err(shape)?,
            discount: money(self.discount_minor, currency)?,
            line_total: money(self.line_total_minor, currency)?,
            tax_amount: money(self.tax_minor, currency)?,
            tax,
        };
        let cost = self.cost_minor.map(|minor| money(minor, currency)).transpose()?;
        let sent = match (self.packed, self.shipped, self.withdrawn) {
            (Some(packed), Some(shipped), Some(withdrawn)) => Some(Sent { packed, shipped, withdrawn }),
            _ => None,
        };
        Ok(OrderLine { line: self.line, item, price, product_id: self.product_id, cost, sent })
    }
}

impl From<&Payment> for PaymentRow {
    fn from(payment: &Payment) -> Self {
        Self {
            id: payment.id,
            method: payment.method,
            amount_minor: payment.amount.minor(),
            tendered_minor: payment.cash.map(|cash| cash.tendered.minor()),
            change_minor: payment.cash.map(|cash| cash.change.minor()),
            status: payment.status,
            failure_reason: payment.failure_reason.clone(),
            idempotency_key: payment.idempotency_key.clone(),
            created_at: payment.created_at,
        }
    }
}

impl PaymentRow {
    pub(super) fn into_payment(self, currency: Currency) -> Result<Payment, DatabaseError> {
        let cash = match self.tendered_minor.zip(self.change_minor) {
            Some((tendered, change)) => {
                Some(CashGiven { tendered: money(tendered, currency)?, change: money(change, currency)? })
            }
            None => None,
        };
        Ok(Payment {
            id: self.id,
            method: self.method,
            amount: money(self.amount_minor, currency)?,
            cash,
            status: self.status,
            failure_reason: self.failure_reason,
            idempotency_key: self.idempotency_key,
            created_at: self.created_at,
        })
    }
}

/// A shipment in JSON, with its lines.
#[derive(Serialize, Deserialize)]
pub(super) struct ShipmentRow {
    id: ShipmentId,
    order_id: OrderId,
    method: ShipmentMethod,
    status: ShipmentStatus,
    carrier: Option<Name>,
    tracking_number: Option<ShortText>,
    tracking_url: Option<Link>,
    created_by: String,
    created_at: Timestamp,
    packed_at: Option<Timestamp>,
    shipped_at: Option<Timestamp>,
    delivered_at: Option<Timestamp>,
    cancelled_at: Option<Timestamp>,
    cancel_reason: Option<ShortText>,
    request: String,
    lines: Vec<ShipmentLine>,
}

impl From<&Shipment> for ShipmentRow {
    fn from(shipment: &Shipment) -> Self {
        let Carriage { carrier, tracking_number, tracking_url } = shipment.carriage.clone();
        Self {
            id: shipment.id,
            order_id: shipment.order_id,
            method: shipment.method,
            status: shipment.status,
            carrier,
            tracking_number,
            tracking_url,
            created_by: shipment.created_by.clone(),
            created_at: shipment.created_at,
            packed_at: shipment.packed_at,
            shipped_at: shipment.shipped_at,
            delivered_at: shipment.delivered_at,
            cancelled_at: shipment.cancelled_at,
            cancel_reason: shipment.cancel_reason.clone(),
            request: shipment.request.clone(),
            lines: shipment.lines.clone(),
        }
    }
}

impl ShipmentRow {
    pub(super) fn into_shipment(self) -> Shipment {
        let (carrier, tracking_number, tracking_url) =
            (self.carrier, self.tracking_number, self.tracking_url);
        Shipment {
            id: self.id,
            order_id: self.order_id,
            method: self.method,
            status: self.status,
            lines: self.lines,
            carriage: Carriage { carrier, tracking_number, tracking_url },
            created_by: self.created_by,
            created_at: self.created_at,
            packed_at: self.packed_at,
            shipped_at: self.shipped_at,
            delivered_at: self.delivered_at,
            cancelled_at: self.cancelled_at,
            cancel_reason: self.cancel_reason,
            request: self.request,
        }
    }
}
