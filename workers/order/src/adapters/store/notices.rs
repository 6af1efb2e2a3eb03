//! Notices to customers; a mail service reads them.

use kernel::ids::{MessageId, OrderId};
use kernel::text::Email;
use kernel::{Failure, Timestamp};
use serde::Serialize;
use store::{Statement, json, values};
use web::Context;

use super::sql::placing;

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
}

pub(super) fn insert(notices: &[Notice], at: Timestamp) -> Statement {
    placing::INSERT_NOTIFICATIONS.bind(values![json(notices), at])
}
