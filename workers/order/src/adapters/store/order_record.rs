//! An order as the inserting statements read it: records in JSON parameters, named instead of numbered.

use kernel::{Money, Timestamp};
use serde::Serialize;
use serde_json::Value;

use crate::application::ports::NewOrder;
use crate::domain::order::{Order, OrderLine, Payment};

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct OrderRecord<'a> {
    id: String,
    sales_channel: &'a str,
    warehouse_id: String,
    owner: Option<&'a str>,
    customer_id: Option<String>,
    customer_email: Option<&'a str>,
    customer_name: Option<&'a str>,
    shipping_address: Option<String>,
    currency: &'a str,
    subtotal: i64,
    discount: i64,
    tax: i64,
    total: i64,
    payment_terms: Option<&'a str>,
    purchase_order_number: Option<&'a str>,
    terminal_id: Option<&'a str>,
    terminal_sequence: Option<i64>,
    cashier_id: Option<&'a str>,
    sold_at: Timestamp,
    offline: bool,
    review_reason: Option<&'a str>,
    request_hash: &'a str,
    saga_step: Option<&'a str>,
    created_at: Timestamp,
}

impl<'a> OrderRecord<'a> {
    pub(super) fn new(new: &'a NewOrder) -> Self {
        let order = &new.order;
        let till = order.till.as_ref();
        Self {
            id: order.id.to_string(),
            sales_channel: order.channel.as_str(),
            warehouse_id: order.warehouse_id.to_string(),
            owner: order.owner.as_deref(),
            customer_id: order.customer_id.map(|id| id.to_string()),
            customer_email: order.contact.as_ref().map(|contact| contact.email.as_str()),
            customer_name: order.contact.as_ref().map(|contact| contact.name.as_str()),
            shipping_address: address_text(order),
            currency: order.currency.code(),
            subtotal: order.subtotal.minor(),
            discount: order.discount.minor(),
            tax: order.tax.minor(),
            total: order.total.minor(),
            payment_terms: order.payment_terms.map(contracts::terms::PaymentTerms::as_str),
            purchase_order_number: order.purchase_order_number.as_ref().map(kernel::text::ShortText::as_str),
            terminal_id: till.map(|till| till.terminal_id.as_str()),
            terminal_sequence: till.and_then(|till| till.sequence),
            cashier_id: till.and_then(|till| till.cashier_id.as_deref()),
            sold_at: order.sold_at,
            offline: order.offline,
            review_reason: order.review_reason.as_deref(),
            request_hash: &new.request_hash,
            saga_step: new.step.map(crate::domain::checkout::Step::as_str),
            created_at: order.created_at,
        }
    }
}

/// The shipping address as the table keeps it.
pub(super) fn address_text(order: &Order) -> Option<String> {
    order.shipping_address.as_ref().and_then(|address| serde_json::to_string(address).ok())
}

/// The lines, in order.
pub(super) fn line_records(lines: &[OrderLine]) -> Vec<Value> {
    lines
        .iter()
        .map(|line| {
            serde_json::json!({
                "sku": line.sku,
                "productId": line.product_id,
                "name": line.name,
                "kind": line.kind,
                "taxClass": line.tax_class,
                "quantity": line.quantity,
                "unitPrice": line.unit_price.minor(),
                "discount": line.discount.minor(),
                "lineTotal": line.line_total.minor(),
                "tax": line.tax.minor(),
                "taxPpm": line.tax_rate.map(|(ppm, _)| ppm),
                "taxInclusive": line.tax_rate.map(|(_, inclusive)| inclusive),
            })
        })
        .collect()
}

/// The payments, in order: the place is the part.
pub(super) fn payment_records(payments: &[Payment]) -> Vec<Value> {
    payments
        .iter()
        .map(|payment| {
            serde_json::json!({
                "id": payment.id,
                "method": payment.method,
                "amount": payment.amount.minor(),
                "tendered": payment.cash.map(|cash| cash.tendered.minor()),
                "change": payment.cash.map(|cash| cash.change.minor()),
                "idempotencyKey": payment.idempotency_key,
                "createdAt": payment.created_at,
            })
        })
        .collect()
}

/// The costs, in the order of the lines; none while they are not known.
pub(super) fn cost_records(lines: &[OrderLine]) -> Vec<Option<i64>> {
    lines.iter().map(|line| line.cost.map(Money::minor)).collect()
}
