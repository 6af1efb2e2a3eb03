//! An order as a database row, for writing and reading. The inserting statements take these as JSON. A row that is read
//! contains its lines and payments as JSON aggregates, so that a list of orders is one query.

use contracts::terms::{Language, PaymentTerms, SalesChannel};
use kernel::ids::{CustomerId, OrderId, WarehouseId};
use kernel::text::{Code, Email, Name, ShortText};
use kernel::{Currency, Date, Failure, Money, TimeZone, Timestamp};
use selling::pricing::Totals;
use serde::{Deserialize, Serialize};
use store::DatabaseError;

use super::order_parts::{LineRow, PaymentRow, ShipmentRow};
use super::{money, parsed, shape, text};
use crate::application::ports::orders::{NewOrder, StoredOrder};
use crate::domain::checkout::Step;
use crate::domain::order::{Address, Cancellation, Contact, Fulfilment, Order, OrderStatus, TillStamp};

/// The columns of [`OrderRow`], of `orders o`.
macro_rules! order_columns {
    () => {
        "o.*, (select w.time_zone from warehouses w where w.id = o.warehouse_id) as time_zone,
        (select f.status from fulfilments f where f.order_id = o.id) as sent,
        (select json_group_array(json_object('line', l.line, 'sku', l.sku, 'product_id', l.product_id, 'name', l.name, 'kind', l.kind,
            'tax_class', l.tax_class, 'quantity', l.quantity, 'unit_price_minor', l.unit_price_minor,
            'discount_minor', l.discount_minor, 'line_total_minor', l.line_total_minor, 'tax_minor', l.tax_minor,
            'tax_ppm', l.tax_ppm, 'tax_inclusive', l.tax_inclusive, 'cost_minor', l.cost_minor,
            'packed', f.packed, 'shipped', f.shipped, 'withdrawn', f.withdrawn) order by l.line)
         from order_lines l left join fulfilment_lines f on f.order_id = l.order_id and f.line = l.line
         where l.order_id = o.id) as lines,
        (select json_group_array(json_object('id', s.id, 'order_id', s.order_id, 'method', s.method, 'status', s.status,
            'carrier', s.carrier, 'tracking_number', s.tracking_number, 'tracking_url', s.tracking_url,
            'created_by', s.created_by, 'created_at', s.created_at, 'packed_at', s.packed_at, 'shipped_at', s.shipped_at,
            'delivered_at', s.delivered_at, 'cancelled_at', s.cancelled_at, 'cancel_reason', s.cancel_reason,
            'request', s.request, 'lines', json((select json_group_array(json_object('line', l.line, 'sku', l.sku,
                'name', l.name, 'quantity', i.quantity) order by l.line)
                from shipment_lines i join order_lines l on l.order_id = i.order_id and l.line = i.order_line
                where i.shipment_id = s.id))) order by s.rowid)
         from shipments s where s.order_id = o.id) as shipments,
        (select json_group_array(json_object('id', p.id, 'method', p.method, 'amount_minor', p.amount_minor,
            'tendered_minor', p.tendered_minor, 'change_minor', p.change_minor, 'status', p.status,
            'failure_reason', p.failure_reason, 'idempotency_key', p.idempotency_key, 'created_at', p.created_at)
            order by p.created_at, p.part, p.id)
         from payments p where p.order_id = o.id) as payments"
    };
}
pub(super) use order_columns;

/// The only list of an order's columns. The macro makes [`OrderRow`] from it, and the column lists of `INSERT_ORDER` and
/// `SAVE_ORDER`, each column with a comma before it.
macro_rules! order_row {
    (
        inserted { $($inserted:ident: $inserted_type:ty,)* }
        saved { $($saved:ident: $saved_type:ty,)* }
        others { $($(#[$attribute:meta])* $other:ident: $other_type:ty,)* }
    ) => {
        /// A row of `orders`; when read, it has `lines` and `payments`, which are separate tables.
        #[derive(Serialize, Deserialize)]
        pub(super) struct OrderRow {
            $($inserted: $inserted_type,)*
            $($saved: $saved_type,)*
            $($(#[$attribute])* $other: $other_type,)*
        }

        /// `, id, sales_channel`
        macro_rules! inserted_columns {
            () => { concat!($(", ", stringify!($inserted),)* $(", ", stringify!($saved),)*) };
        }

        /// `, value ->> 'id', value ->> 'sales_channel'`
        macro_rules! inserted_values {
            () => {
                concat!(
                    $(", value ->> '", stringify!($inserted), "'",)*
                    $(", value ->> '", stringify!($saved), "'",)*
                )
            };
        }

        /// `, total_minor = value ->> 'total_minor'`
        macro_rules! saved_columns {
            () => { concat!($(", ", stringify!($saved), " = value ->> '", stringify!($saved), "'",)*) };
        }
    };
}

order_row! {
    // Written once, with a new order.
    inserted {
        id: OrderId,
        sales_channel: SalesChannel,
        warehouse_id: WarehouseId,
        owner: Option<String>,
        customer_id: Option<CustomerId>,
        currency: Currency,
        terminal_id: Option<Code>,
        terminal_sequence: Option<i64>,
        cashier_id: Option<String>,
        recorded_by: Option<String>,
        sold_at: Timestamp,
        business_day: Option<Date>,
        offline: bool,
        price_deviation_minor: Option<i64>,
        cash_rounding_minor: i64,
        smallest_coin_minor: Option<i64>,
        saga_step: Option<Step>,
        request_hash: String,
        created_at: Timestamp,
    }
    // Written with a new order, and with each change that is saved.
    saved {
        customer_email: Option<Email>,
        customer_name: Option<Name>,
        language: Option<Language>,
        shipping_address: Option<String>,
        billing_address: Option<String>,
        subtotal_minor: i64,
        discount_minor: i64,
        tax_minor: i64,
        total_minor: i64,
        payment_terms: Option<PaymentTerms>,
        purchase_order_number: Option<ShortText>,
        review_reason: Option<String>,
    }
    // Written only by statements that name them.
    others {
        order_number: String,
        status: OrderStatus,
        fulfilment: Fulfilment,
        refunded_minor: i64,
        cancel_reason: Option<String>,
        auto_cancelled: bool,
        cancelled_at: Option<Timestamp>,
        confirmed_at: Option<Timestamp>,
        completed_at: Option<Timestamp>,
        shortage: Option<String>,
        updated_at: Timestamp,
        version: i64,
        #[serde(default, skip_serializing)]
        guest_token: Option<String>,
        #[serde(skip_serializing)]
        time_zone: Option<TimeZone>,
        /// How much of the goods is out; none for a sale at a till, and before there is a sale.
        #[serde(skip_serializing)]
        sent: Option<Fulfilment>,
        #[serde(skip_serializing)]
        shipments: String,
        #[serde(skip_serializing)]
        lines: String,
        #[serde(skip_serializing)]
        payments: String,
    }
}
pub(super) use {inserted_columns, inserted_values, saved_columns};

impl OrderRow {
    /// The row of a new order.
    pub(super) fn inserted(new: &NewOrder) -> Result<Self, Failure> {
        let row = Self::new(&new.order)?;
        Ok(Self { saga_step: new.step, request_hash: new.request_hash.clone(), ..row })
    }

    /// The row of an order, without what only a new one has.
    pub(super) fn new(order: &Order) -> Result<Self, Failure> {
        let (contact, till) = (order.contact.as_ref(), order.till.as_ref());
        let cancellation = order.cancellation.as_ref();
        Ok(Self {
            id: order.id,
            order_number: order.number.clone(),
            sales_channel: order.channel,
            status: order.status,
            fulfilment: order.fulfilment,
            warehouse_id: order.warehouse_id,
            owner: order.owner.clone(),
            customer_id: order.customer_id,
            customer_email: contact.map(|contact| contact.email.clone()),
            customer_name: contact.map(|contact| contact.name.clone()),
            language: contact.and_then(|contact| contact.language),
            shipping_address: order.shipping_address.as_ref().map(text).transpose()?,
            billing_address: order.billing_address.as_ref().map(text).transpose()?,
            currency: order.currency,
            subtotal_minor: order.totals.subtotal.minor(),
            discount_minor: order.totals.discount.minor(),
            tax_minor: order.totals.tax.minor(),
            total_minor: order.totals.total.minor(),
            refunded_minor: order.refunded.minor(),
            payment_terms: order.payment_terms,
            purchase_order_number: order.purchase_order_number.clone(),
            terminal_id: till.map(|till| till.terminal_id.clone()),
            terminal_sequence: till.and_then(|till| till.sequence),
            cashier_id: till.and_then(|till| till.cashier_id.clone()),
            recorded_by: till.and_then(|till| till.recorded_by.clone()),
            sold_at: order.sold_at,
            business_day: order.business_day,
            offline: order.offline,
            price_deviation_minor: order.price_deviation.map(Money::minor),
            cash_rounding_minor: order.cash_rounding.minor(),
            smallest_coin_minor: order.smallest_coin.map(Money::minor),
            review_reason: order.review_reason.clone(),
            cancel_reason: cancellation.map(|cancellation| cancellation.reason.clone()),
            auto_cancelled: cancellation.is_some_and(|cancellation| cancellation.auto_cancelled),
            cancelled_at: cancellation.map(|cancellation| cancellation.at),
            confirmed_at: order.confirmed_at,
            completed_at: order.completed_at,
            created_at: order.created_at,
            updated_at: order.updated_at,
            version: order.version,
            time_zone: None,
            guest_token: None,
            sent: None,
            shipments: String::new(),
            lines: String::new(),
            payments: String::new(),
            saga_step: None,
            request_hash: String::new(),
            shortage: None,
        })
    }

    /// The order with the data that only the store knows.
    pub(super) fn into_stored(self) -> Result<StoredOrder, DatabaseError> {
        let (request_hash, step) = (self.request_hash.clone(), self.saga_step);
        let shortage = self.shortage.as_deref().map(parsed).transpose()?;
        Ok(StoredOrder { order: self.into_order()?, request_hash, step, shortage })
    }

    /// The order.
    pub(super) fn into_order(self) -> Result<Order, DatabaseError> {
        let currency = self.currency;
        let lines = parsed::<Vec<LineRow>>(&self.lines)?;
        let payments = parsed::<Vec<PaymentRow>>(&self.payments)?;
        let shipments = parsed::<Vec<ShipmentRow>>(&self.shipments)?;
        let cancellation = match (self.cancel_reason, self.cancelled_at) {
            (Some(reason), Some(at)) => {
                Some(Cancellation { reason, auto_cancelled: self.auto_cancelled, at })
            }
            (None, None) => None,
            _ => return Err(shape("orders: a cancellation without its reason or time")),
        };
        // A sale of an older release belongs to its day in UTC, and was completed when it was made.
        let sold = self.status == OrderStatus::Completed;
        let made = if self.sales_channel == SalesChannel::POS { self.created_at } else { self.sold_at };
        let completed_at = self.completed_at.or_else(|| sold.then_some(made));
        Ok(Order {
            id: self.id,
            number: self.order_number,
            channel: self.sales_channel,
            status: self.status,
            fulfilment: self.sent.unwrap_or(self.fulfilment),
            warehouse_id: self.warehouse_id,
            time_zone: self.time_zone,
            owner: self.owner,
            guest_token: self.guest_token,
            customer_id: self.customer_id,
            contact: self.customer_email.zip(self.customer_name).map(|(email, name)| Contact {
                email,
                name,
                language: self.language,
            }),
            shipping_address: self.shipping_address.as_deref().map(parsed::<Address>).transpose()?,
            billing_address: self.billing_address.as_deref().map(parsed::<Address>).transpose()?,
            currency,
            lines: lines.into_iter().map(|row| row.into_line(currency)).collect::<Result<_, _>>()?,
            totals: Totals {
                subtotal: money(self.subtotal_minor, currency)?,
                discount: money(self.discount_minor, currency)?,
                tax: money(self.tax_minor, currency)?,
                total: money(self.total_minor, currency)?,
            },
            cash_rounding: money(self.cash_rounding_minor, currency)?,
            smallest_coin: self.smallest_coin_minor.map(|minor| money(minor, currency)).transpose()?,
            refunded: money(self.refunded_minor, currency)?,
            payments: payments.into_iter().map(|row| row.into_payment(currency)).collect::<Result<_, _>>()?,
            shipments: shipments.into_iter().map(ShipmentRow::into_shipment).collect(),
            payment_terms: self.payment_terms,
            purchase_order_number: self.purchase_order_number,
            till: self.terminal_id.map(|terminal_id| TillStamp {
                terminal_id,
                sequence: self.terminal_sequence,
                cashier_id: self.cashier_id,
                recorded_by: self.recorded_by,
            }),
            sold_at: self.sold_at,
            business_day: self.business_day.or_else(|| sold.then(|| self.sold_at.date())),
            offline: self.offline,
            review_reason: self.review_reason,
            price_deviation: self.price_deviation_minor.map(|minor| money(minor, currency)).transpose()?,
            missing: Vec::new(),
            confirmed_at: self.confirmed_at.or(completed_at),
            completed_at,
            cancellation,
            created_at: self.created_at,
            updated_at: self.updated_at,
            version: self.version,
        })
    }
}
