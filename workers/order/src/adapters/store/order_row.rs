//! An order as one row: its lines and payments travel as JSON aggregates, so that a list of orders is
//! one query.

use contracts::terms::{LineKind, PaymentMethod, PaymentTerms, SalesChannel};
use kernel::ids::{CustomerId, OrderId, PaymentId, ProductId, WarehouseId};
use kernel::text::{Code, Email, Name, ShortText, Sku};
use kernel::{Currency, Money, Quantity, Timestamp};
use serde::Deserialize;
use store::DatabaseError;

use crate::application::ports::StoredOrder;
use crate::domain::checkout::Step;
use crate::domain::order::{
    Address, Cancellation, CashGiven, Contact, Fulfilment, Order, OrderLine, OrderStatus, Payment,
    PaymentStatus, TillStamp,
};

/// The columns of [`OrderRow`], of `orders o`.
macro_rules! order_columns {
    () => {
        "o.*,
        (select json_group_array(json_object('sku', l.sku, 'product_id', l.product_id, 'name', l.name, 'kind', l.kind,
            'tax_class', l.tax_class, 'quantity', l.quantity, 'unit_price_minor', l.unit_price_minor,
            'discount_minor', l.discount_minor, 'line_total_minor', l.line_total_minor, 'tax_minor', l.tax_minor,
            'tax_ppm', l.tax_ppm, 'tax_inclusive', l.tax_inclusive, 'cost_minor', l.cost_minor) order by l.line)
         from order_lines l where l.order_id = o.id) as lines,
        (select json_group_array(json_object('id', p.id, 'method', p.method, 'amount_minor', p.amount_minor,
            'tendered_minor', p.tendered_minor, 'change_minor', p.change_minor, 'status', p.status,
            'failure_reason', p.failure_reason, 'idempotency_key', p.idempotency_key, 'created_at', p.created_at)
            order by p.created_at, p.part, p.id)
         from payments p where p.order_id = o.id) as payments"
    };
}
pub(super) use order_columns;

/// A row of `orders` with `lines` and `payments`.
#[derive(Deserialize)]
pub(crate) struct OrderRow {
    id: OrderId,
    order_number: String,
    sales_channel: SalesChannel,
    status: OrderStatus,
    fulfilment: Fulfilment,
    warehouse_id: WarehouseId,
    owner: Option<String>,
    customer_id: Option<CustomerId>,
    customer_email: Option<Email>,
    customer_name: Option<Name>,
    shipping_address: Option<String>,
    currency: Currency,
    subtotal_minor: i64,
    discount_minor: i64,
    tax_minor: i64,
    total_minor: i64,
    refunded_minor: i64,
    payment_terms: Option<PaymentTerms>,
    purchase_order_number: Option<ShortText>,
    terminal_id: Option<Code>,
    terminal_sequence: Option<i64>,
    cashier_id: Option<String>,
    sold_at: Timestamp,
    offline: bool,
    review_reason: Option<String>,
    cancel_reason: Option<String>,
    auto_cancelled: bool,
    cancelled_at: Option<Timestamp>,
    created_at: Timestamp,
    updated_at: Timestamp,
    version: i64,
    lines: String,
    payments: String,
    saga_step: Option<Step>,
    request_hash: String,
    shortage: Option<String>,
}

#[derive(Deserialize)]
struct LineRow {
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
}

#[derive(Deserialize)]
struct PaymentRow {
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

fn shape(what: impl std::fmt::Display) -> DatabaseError {
    DatabaseError::Shape(format!("orders: {what}"))
}

fn parsed<T: serde::de::DeserializeOwned>(json: &str) -> Result<T, DatabaseError> {
    serde_json::from_str(json).map_err(shape)
}

impl OrderRow {
    /// The order with what only the store knows of it.
    pub(crate) fn into_stored(self) -> Result<StoredOrder, DatabaseError> {
        let (request_hash, step) = (self.request_hash.clone(), self.saga_step);
        let shortage = self.shortage.as_deref().map(parsed).transpose()?;
        Ok(StoredOrder { order: self.into_order()?, request_hash, step, shortage })
    }

    /// The order.
    pub(crate) fn into_order(self) -> Result<Order, DatabaseError> {
        let currency = self.currency;
        let money = |minor| Money::from_minor(minor, currency).map_err(shape);
        let lines = parsed::<Vec<LineRow>>(&self.lines)?;
        let payments = parsed::<Vec<PaymentRow>>(&self.payments)?;
        let cancellation = self.cancel_reason.map(|reason| Cancellation {
            reason,
            auto_cancelled: self.auto_cancelled,
            at: self.cancelled_at.unwrap_or(self.updated_at),
        });
        Ok(Order {
            id: self.id,
            number: self.order_number,
            channel: self.sales_channel,
            status: self.status,
            fulfilment: self.fulfilment,
            warehouse_id: self.warehouse_id,
            owner: self.owner,
            customer_id: self.customer_id,
            contact: self.customer_email.zip(self.customer_name).map(|(email, name)| Contact { email, name }),
            shipping_address: self.shipping_address.as_deref().map(parsed::<Address>).transpose()?,
            currency,
            lines: lines.into_iter().map(|row| row.into_line(currency)).collect::<Result<_, _>>()?,
            subtotal: money(self.subtotal_minor)?,
            discount: money(self.discount_minor)?,
            tax: money(self.tax_minor)?,
            total: money(self.total_minor)?,
            refunded: money(self.refunded_minor)?,
            payments: payments.into_iter().map(|row| row.into_payment(currency)).collect::<Result<_, _>>()?,
            payment_terms: self.payment_terms,
            purchase_order_number: self.purchase_order_number,
            till: self.terminal_id.map(|terminal_id| TillStamp {
                terminal_id,
                sequence: self.terminal_sequence,
                cashier_id: self.cashier_id,
            }),
            sold_at: self.sold_at,
            offline: self.offline,
            review_reason: self.review_reason,
            cancellation,
            created_at: self.created_at,
            updated_at: self.updated_at,
            version: self.version,
        })
    }
}

impl LineRow {
    fn into_line(self, currency: Currency) -> Result<OrderLine, DatabaseError> {
        let money = |minor| Money::from_minor(minor, currency).map_err(shape);
        Ok(OrderLine {
            sku: self.sku,
            product_id: self.product_id,
            name: self.name,
            kind: self.kind,
            tax_class: self.tax_class,
            quantity: self.quantity,
            unit_price: money(self.unit_price_minor)?,
            discount: money(self.discount_minor)?,
            line_total: money(self.line_total_minor)?,
            tax: money(self.tax_minor)?,
            tax_rate: self.tax_ppm.map(|ppm| (ppm, self.tax_inclusive == Some(1))),
            cost: self.cost_minor.map(money).transpose()?,
        })
    }
}

impl PaymentRow {
    fn into_payment(self, currency: Currency) -> Result<Payment, DatabaseError> {
        let money = |minor| Money::from_minor(minor, currency).map_err(shape);
        let cash = match self.tendered_minor.zip(self.change_minor) {
            Some((tendered, change)) => {
                Some(CashGiven { tendered: money(tendered)?, change: money(change)? })
            }
            None => None,
        };
        Ok(Payment {
            id: self.id,
            method: self.method,
            amount: money(self.amount_minor)?,
            cash,
            status: self.status,
            failure_reason: self.failure_reason,
            idempotency_key: self.idempotency_key,
            created_at: self.created_at,
        })
    }
}
