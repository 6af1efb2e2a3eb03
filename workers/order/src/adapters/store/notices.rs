//! Notices to customers; a mail service reads them.

use kernel::ids::{MessageId, OrderId};
use kernel::text::Email;
use kernel::{Failure, Timestamp};
use serde::Serialize;
use store::{Statement, json, values};
use web::Context;

use super::sql::placing;
use crate::domain::order::{Shipment, ShipmentStatus};

/// A row of `notifications`.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Notice {
    id: MessageId,
    order_id: OrderId,
    recipient: Option<Email>,
    kind: &'static str,
    message: String,
}

impl Notice {
    /// The notice that an order is cancelled, why, and what happened to the payment.
    pub(super) fn cancelled(
        context: &Context,
        (order_id, number): (OrderId, &str),
        recipient: Option<Email>,
        reason: &str,
        money: &str,
    ) -> Result<Self, Failure> {
        let message = format!("Your order {number} is cancelled: {reason}. {money}");
        Ok(Self { id: context.new_id()?, order_id, recipient, kind: "OrderCancelled", message })
    }

    /// The notice of what happened to a shipment; none of what does not concern the customer. `told`: they know of it.
    pub(super) fn of_shipment(
        context: &Context,
        (order_id, number): (OrderId, &str),
        recipient: Email,
        shipment: &Shipment,
        told: bool,
    ) -> Result<Option<Self>, Failure> {
        let (kind, what) = match shipment.status {
            ShipmentStatus::Shipped => ("OrderShipped", "is on its way"),
            ShipmentStatus::Delivered => ("OrderDelivered", "was delivered"),
            ShipmentStatus::ReadyForPickUp => ("OrderReadyForPickUp", "is ready to be picked up"),
            ShipmentStatus::PickedUp => ("OrderPickedUp", "was picked up"),
            ShipmentStatus::Cancelled if told => ("ShipmentCancelled", "was not sent yet"),
            _ => return Ok(None),
        };
        let line =
            |line: &crate::domain::order::ShipmentLine| format!("{} x {}", line.quantity.units(), line.name);
        let goods: Vec<String> = shipment.lines.iter().map(line).collect();
        let mut message = format!("Of your order {number} {what}: {}.", goods.join(", "));
        if shipment.status == ShipmentStatus::Shipped {
            let carriage = &shipment.carriage;
            let carrier = carriage.carrier.as_ref().map(|carrier| format!(" Carrier: {carrier}."));
            let tracking =
                carriage.tracking_number.as_ref().map(|number| format!(" Tracking number: {number}."));
            let page = carriage.tracking_url.as_ref().map(|url| format!(" Follow it: {url}"));
            message.extend([carrier, tracking, page].into_iter().flatten());
        }
        Ok(Some(Self { id: context.new_id()?, order_id, recipient: Some(recipient), kind, message }))
    }
}

pub(super) fn insert(notices: &[Notice], at: Timestamp) -> Statement {
    placing::INSERT_NOTIFICATIONS.bind(values![json(notices), at])
}
