//! The events about orders.

use contracts::Event;
use contracts::events::{
    CompletedLine, DeviationSettled, OrderCancelled, OrderCompleted, OrderSummary, OrderedLine,
    PaymentConfirmed, PaymentPart, SaleDeviation,
};
use contracts::terms::SalesChannel;
use kernel::Failure;

use crate::domain::order::{Deviation, Order, OrderLine, Payment, PaymentStatus};
use crate::domain::review::{Review, Settled};

/// An order exists. Its number is taken in the batch that stores this, whose trigger adds it.
pub(crate) fn created(order: &Order) -> Event {
    let ordered = |line: &OrderLine| OrderedLine {
        sku: line.item.sku.clone(),
        kind: line.item.kind,
        quantity: line.item.quantity.units(),
        unit_price: line.item.unit_price,
    };
    Event::OrderCreated(OrderSummary {
        order_id: order.id,
        order_number: order.number.clone(),
        sales_channel: order.channel,
        customer_id: order.customer_id,
        warehouse_id: Some(order.warehouse_id),
        total: order.totals.total,
        items: order.lines.iter().map(ordered).collect(),
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

/// The sale, with everything that the books need, and what of it waits for a manager.
pub(crate) fn completed(order: &Order, deviation: Option<Deviation>) -> Result<Event, Failure> {
    Ok(Event::OrderCompleted(OrderCompleted {
        order_id: order.id,
        order_number: order.number.clone(),
        sales_channel: order.channel,
        customer_id: order.customer_id,
        customer_name: order.contact.as_ref().map(|contact| contact.name.to_string()),
        sold_at: order.sold_at,
        business_day: order.business_day,
        currency: order.currency,
        subtotal: order.totals.subtotal,
        discount: order.totals.discount,
        tax: order.totals.tax,
        total: order.totals.total,
        payments: captured(order)
            .map(|payment| PaymentPart { method: payment.method, amount: payment.amount })
            .collect(),
        cash_rounding: Some(order.cash_rounding).filter(|rounding| !rounding.is_zero()),
        lines: order.lines.iter().map(sold).collect::<Result<_, _>>()?,
        payment_terms: order.payment_terms,
        purchase_order_number: order.purchase_order_number.as_ref().map(ToString::to_string),
        deviation: deviation.map(waiting),
    }))
}

fn waiting(Deviation { price, missing_cost }: Deviation) -> SaleDeviation {
    SaleDeviation { price, missing_cost }
}

/// A manager settled what waited.
pub(crate) fn deviation_settled(review: &Review, settled: &Settled) -> Option<Event> {
    let deviation = review.deviation?;
    Some(Event::DeviationSettled(DeviationSettled {
        order_id: review.order_id,
        order_number: review.order_number.clone(),
        sales_channel: SalesChannel::POS,
        outcome: settled.outcome,
        settled_at: settled.at,
        currency: deviation.price.currency(),
        deviation: waiting(deviation),
    }))
}

/// A sold line, whose cost of goods is known.
fn sold(line: &OrderLine) -> Result<CompletedLine, Failure> {
    let (item, price) = (&line.item, &line.price);
    let cost = line.cost.ok_or_else(|| Failure::Defect("a sale without the cost of its goods".to_owned()))?;
    let unit_cost = cost.share(1, item.quantity.units());
    Ok(CompletedLine {
        sku: item.sku.clone(),
        kind: item.kind,
        quantity: item.quantity.units(),
        line_total: price.line_total,
        tax_amount: price.tax_amount,
        unit_cost: unit_cost.map_err(|error| Failure::Defect(error.to_string()))?,
        cost,
    })
}

/// The event for an order that ended without a sale; none for an order that is not cancelled.
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

fn captured(order: &Order) -> impl Iterator<Item = &Payment> + '_ {
    order.payments.iter().filter(|payment| payment.status == PaymentStatus::Captured)
}
