//! What the world is told of an order.

use contracts::Event;
use contracts::events::{
    CompletedLine, OrderCancelled, OrderCompleted, OrderSummary, PaymentConfirmed, PaymentPart,
};
use kernel::Money;

use crate::domain::order::{Order, PaymentStatus};

/// An order exists.
pub(crate) fn created(order: &Order) -> Event {
    Event::OrderCreated(OrderSummary {
        order_id: order.id,
        sales_channel: order.channel,
        customer_id: order.customer_id,
        total: order.total,
    })
}

/// Each payment that was taken.
pub(crate) fn payments_confirmed(order: &Order) -> impl Iterator<Item = Event> + '_ {
    captured(order).map(|part| {
        Event::PaymentConfirmed(PaymentConfirmed {
            order_id: order.id,
            payment_id: part.id,
            method: part.method,
            amount: part.amount,
        })
    })
}

/// The sale, with all that the books need.
pub(crate) fn completed(order: &Order) -> Event {
    let zero = Money::zero(order.currency);
    Event::OrderCompleted(OrderCompleted {
        order_id: order.id,
        order_number: order.number.clone(),
        sales_channel: order.channel,
        customer_id: order.customer_id,
        customer_name: order.contact.as_ref().map(|contact| contact.name.to_string()),
        sold_at: order.sold_at,
        currency: order.currency,
        subtotal: order.subtotal,
        discount: order.discount,
        tax: order.tax,
        total: order.total,
        payments: captured(order)
            .map(|payment| PaymentPart { method: payment.method, amount: payment.amount })
            .collect(),
        lines: order
            .lines
            .iter()
            .map(|line| {
                let cost = line.cost.unwrap_or(zero);
                CompletedLine {
                    sku: line.sku.clone(),
                    kind: line.kind,
                    quantity: line.quantity.units(),
                    line_total: line.line_total,
                    tax_amount: line.tax,
                    unit_cost: cost.share(1, line.quantity.units()).unwrap_or(zero),
                    cost,
                }
            })
            .collect(),
        payment_terms: order.payment_terms,
        purchase_order_number: order.purchase_order_number.as_ref().map(ToString::to_string),
    })
}

/// The end without a sale; none for an order that is not cancelled.
pub(crate) fn cancelled(order: &Order) -> Option<Event> {
    let cancellation = order.cancellation.as_ref()?;
    Some(Event::OrderCancelled(OrderCancelled {
        order_id: order.id,
        sales_channel: order.channel,
        customer_id: order.customer_id,
        reason: cancellation.reason.clone(),
        auto_cancelled: cancellation.auto_cancelled,
    }))
}

fn captured(order: &Order) -> impl Iterator<Item = &crate::domain::order::Payment> + '_ {
    order.payments.iter().filter(|payment| payment.status == PaymentStatus::Captured)
}
