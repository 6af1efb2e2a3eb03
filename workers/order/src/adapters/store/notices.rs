//! What a buyer is told about an order: a request for a mail, in the outbox and in the batch of the change. The order
//! itself says to whom, in which language and under which number (`sql::notices`), so whoever has something to tell
//! needs only the order's id. A sale at a till tells nobody.

use contracts::Event;
use contracts::events::{
    CancelledBecause, CancelledMail, InvoiceMail, MailContent, MailLine, MailRequested, MailTotals,
    OrderMail, OrderName, Recipient, RefundMail, ShipmentMail,
};
use contracts::terms::SalesChannel;
use kernel::ids::OrderId;
use kernel::text::{Email, Sku};
use kernel::{Date, Failure};
use serde::Serialize;
use store::{Unit, json, values};
use web::Context;

use super::defect;
use super::sql::notices as sql;
use crate::adapters::guest_secret;
use crate::domain::order::{Order, PaymentStatus, Shipment, ShipmentStatus};
use crate::domain::refund::Refund;

/// Something to tell the buyer of an order.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Notice {
    order_id: OrderId,
    /// The secret in the body is this order's only while the hash is stored with it.
    token_hash: String,
    /// The message, without what the order itself says.
    body: Box<serde_json::value::RawValue>,
}

impl Notice {
    /// What the template says; the name of the order is completed in the batch.
    pub(super) fn new(
        context: &Context,
        order_id: OrderId,
        sales_channel: SalesChannel,
        say: impl FnOnce(OrderName) -> MailContent,
    ) -> Result<Self, Failure> {
        let token = guest_secret::token(context, order_id)?;
        // Both are replaced in the batch.
        let nobody = Email::parse("nobody@order.invalid").map_err(defect)?;
        let order = OrderName { order_id, order_number: String::new(), sales_channel };
        let mail = MailRequested {
            mail_id: context.new_id()?,
            to: Recipient { email: nobody, name: None },
            language: None,
            secret: Some(token.clone()),
            content: say(order),
        };
        let mail_id = mail.mail_id;
        let envelope = context.envelope(&Event::MailRequested(mail), mail_id)?;
        let body = serde_json::value::to_raw_value(&envelope).map_err(defect)?;
        Ok(Self { order_id, token_hash: guest_secret::hash(&token), body })
    }

    /// An order was placed and waits for its payment.
    pub(super) fn received(context: &Context, order: &Order) -> Result<Self, Failure> {
        let (lines, totals) = (lines(order)?, totals(order));
        Self::new(context, order.id, order.channel, |order| {
            MailContent::OrderReceived(OrderMail { order, lines, totals })
        })
    }

    /// The first payment of an order failed; none for a further one, whose buyer knows it.
    pub(super) fn declined(context: &Context, order: &Order) -> Result<Option<Self>, Failure> {
        let has_failed = |status| matches!(status, PaymentStatus::Declined | PaymentStatus::Voided);
        if order.payments.iter().any(|payment| has_failed(payment.status)) {
            return Ok(None);
        }
        let (lines, totals) = (lines(order)?, totals(order));
        let notice = Self::new(context, order.id, order.channel, |order| {
            MailContent::PaymentFailed(OrderMail { order, lines, totals })
        });
        notice.map(Some)
    }

    /// An order is cancelled: why, and what happened to the payment.
    pub(super) fn cancelled(
        context: &Context,
        (order_id, channel): (OrderId, SalesChannel),
        because: CancelledBecause,
        sold_out: Vec<Sku>,
        given_back: bool,
    ) -> Result<Self, Failure> {
        Self::new(context, order_id, channel, |order| {
            MailContent::OrderCancelled(CancelledMail { order, because, sold_out, given_back })
        })
    }

    /// An order is completed on account, to be paid by a day.
    pub(super) fn invoiced(context: &Context, order: &Order, day: Date) -> Result<Self, Failure> {
        let (lines, totals) = (lines(order)?, totals(order));
        let due_date = day.plus_days(order.payment_terms.map_or(0, contracts::terms::PaymentTerms::days));
        let purchase_order_number = order.purchase_order_number.clone();
        Self::new(context, order.id, order.channel, |order| {
            MailContent::Invoice(InvoiceMail { order, purchase_order_number, lines, totals, due_date })
        })
    }

    /// Money or credit went back; none for a credit note without an order.
    pub(super) fn refunded(context: &Context, refund: &Refund) -> Result<Option<Self>, Failure> {
        let Some((order_id, _)) = &refund.order else { return Ok(None) };
        let total = refund.totals.total;
        let on_account = refund.on_account().map_err(defect)? == total;
        let notice = Self::new(context, *order_id, refund.channel, |order| {
            MailContent::OrderRefunded(RefundMail { order, total, on_account })
        });
        notice.map(Some)
    }

    /// What happened to a shipment; none of what does not concern the buyer. `told`: they know of it.
    pub(super) fn of_shipment(
        context: &Context,
        order: &Order,
        shipment: &Shipment,
        told: bool,
    ) -> Result<Option<Self>, Failure> {
        let template = match shipment.status {
            ShipmentStatus::Shipped => MailContent::OrderShipped,
            ShipmentStatus::Delivered => MailContent::OrderDelivered,
            ShipmentStatus::ReadyForPickUp => MailContent::OrderReadyForPickUp,
            ShipmentStatus::PickedUp => MailContent::OrderPickedUp,
            ShipmentStatus::Cancelled if told => MailContent::ShipmentCancelled,
            _ => return Ok(None),
        };
        let carriage = &shipment.carriage;
        let items = shipment.lines.iter().map(|line| (line.name.clone(), line.quantity.units())).collect();
        let notice = Self::new(context, order.id, order.channel, |order| {
            template(ShipmentMail {
                order,
                carrier: carriage.carrier.clone(),
                tracking_number: carriage.tracking_number.clone(),
                tracking_url: carriage.tracking_url.clone(),
                items,
            })
        });
        notice.map(Some)
    }
}

/// Adds the mails to a unit; nothing for none.
pub(super) fn push(context: &Context, unit: &mut Unit, notices: &[Notice]) {
    if !notices.is_empty() {
        unit.tell(sql::INSERT_MAILS.bind(values![json(notices), context.now()]));
    }
}

/// The lines with what they come to as the price list shows it: with tax where prices include it.
fn lines(order: &Order) -> Result<Vec<MailLine>, Failure> {
    let line = |line: &crate::domain::order::OrderLine| {
        let total = line.price.line_subtotal.minus(line.price.discount).map_err(defect)?;
        Ok(MailLine { name: line.item.name.clone(), quantity: line.item.quantity.units(), total })
    };
    order.lines.iter().map(line).collect()
}

fn totals(order: &Order) -> MailTotals {
    MailTotals { tax: order.totals.tax, total: order.totals.total }
}
