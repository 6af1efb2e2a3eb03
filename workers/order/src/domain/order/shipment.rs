//! How the goods of a completed order reach the customer: picked, packed, shipped, delivered; or ready for pick-up and
//! picked up. An order may have several shipments.
//!
//! Out of scope: that no more is sent than was bought and not refunded. The schema ensures that
//! (`migrations/order/0019_fulfilment.sql`), even for two simultaneous shipments, and says how far the order is.

use contracts::terms::LineKind;
use kernel::ids::{LineId, OrderId, ShipmentId};
use kernel::text::{Link, Name, ShortText, Sku};
use kernel::{Quantity, Timestamp};
use schemars::JsonSchema;
use selling::refund::Article;
use serde::{Deserialize, Serialize};

use super::{Order, OrderLine};

words! {
    /// How much of an order's goods has left.
    Fulfilment {
        /// Nothing, and nobody is picking it.
        Unfulfilled,
        /// Nothing, but some of it is being picked or is packed.
        InProgress,
        /// A part of it.
        PartiallyFulfilled,
        /// Everything that was not refunded before.
        Fulfilled,
        /// Nothing will: all of it was refunded before.
        Cancelled,
    }

    /// The status of a shipment.
    ShipmentStatus {
        /// Somebody is picking the goods.
        Picking,
        /// Ready for the carrier.
        Packed,
        /// On its way.
        Shipped,
        /// With the customer.
        Delivered,
        /// Waits at the counter.
        ReadyForPickUp,
        /// Handed over at the counter.
        PickedUp,
        /// Did not leave.
        Cancelled,
    }

    /// How goods reach the customer.
    ShipmentMethod {
        /// A carrier brings them.
        Delivery,
        /// The customer fetches them.
        PickUp,
    }
}

/// What was sent of a line.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Sent {
    /// Units in shipments that have not left.
    pub packed: i64,
    /// Units that have.
    pub shipped: i64,
    /// Units that were refunded before anybody sent them.
    pub withdrawn: i64,
}

/// What the customer follows a parcel with.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Carriage {
    pub carrier: Option<Name>,
    pub tracking_number: Option<ShortText>,
    pub tracking_url: Option<Link>,
}

/// A parcel, or what waits at the counter.
#[derive(Debug, Clone, PartialEq)]
pub struct Shipment {
    pub id: ShipmentId,
    pub order_id: OrderId,
    pub method: ShipmentMethod,
    pub status: ShipmentStatus,
    pub lines: Vec<ShipmentLine>,
    pub carriage: Carriage,
    pub created_by: String,
    pub created_at: Timestamp,
    pub packed_at: Option<Timestamp>,
    pub shipped_at: Option<Timestamp>,
    /// When the customer got it.
    pub delivered_at: Option<Timestamp>,
    pub cancelled_at: Option<Timestamp>,
    pub cancel_reason: Option<ShortText>,
    /// The request as text: distinguishes a retry from another shipment.
    pub request: String,
}

/// Units of a line in a shipment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ShipmentLine {
    /// The line's number in the order.
    pub line: i64,
    pub sku: Sku,
    pub name: Name,
    pub quantity: Quantity,
}

/// What happens to a shipment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ShipmentStep {
    /// It is packed, or ready for pick-up.
    Pack,
    /// The carrier has it.
    Ship(Carriage),
    /// The customer has it.
    Deliver,
    /// It does not leave.
    Cancel(ShortText),
}

impl Shipment {
    /// Takes a step; why not, if its status does not allow it.
    pub fn take(&mut self, step: ShipmentStep, at: Timestamp) -> Result<(), &'static str> {
        use ShipmentMethod::{Delivery, PickUp};
        use ShipmentStatus as Status;
        match (step, self.method, self.status) {
            (_, _, Status::Cancelled) => return Err("The shipment is cancelled."),
            (_, _, Status::Delivered | Status::PickedUp) => return Err("The customer has the shipment."),
            (ShipmentStep::Cancel(reason), ..) => {
                (self.status, self.cancelled_at) = (Status::Cancelled, Some(at));
                self.cancel_reason = Some(reason);
            }
            (ShipmentStep::Pack, method, Status::Picking) => {
                self.status = if method == PickUp { Status::ReadyForPickUp } else { Status::Packed };
                self.packed_at = Some(at);
            }
            (ShipmentStep::Pack, ..) => return Err("The shipment is packed."),
            (ShipmentStep::Ship(carriage), Delivery, Status::Picking | Status::Packed) => {
                self.carriage = carriage.or(std::mem::take(&mut self.carriage));
                (self.status, self.shipped_at) = (Status::Shipped, Some(at));
            }
            (ShipmentStep::Ship(_), PickUp, _) => return Err("The customer picks it up: it is not shipped."),
            (ShipmentStep::Ship(_), ..) => return Err("The shipment has left."),
            (ShipmentStep::Deliver, Delivery, Status::Shipped) => {
                (self.status, self.delivered_at) = (Status::Delivered, Some(at));
            }
            (ShipmentStep::Deliver, PickUp, _) => {
                (self.status, self.delivered_at) = (Status::PickedUp, Some(at));
            }
            (ShipmentStep::Deliver, ..) => return Err("The shipment has not left."),
        }
        Ok(())
    }
}

impl Carriage {
    fn or(self, before: Self) -> Self {
        Self {
            carrier: self.carrier.or(before.carrier),
            tracking_number: self.tracking_number.or(before.tracking_number),
            tracking_url: self.tracking_url.or(before.tracking_url),
        }
    }
}

impl OrderLine {
    /// Units that nobody sends yet.
    #[must_use]
    pub fn open(&self) -> i64 {
        let Some(Sent { packed, shipped, withdrawn }) = self.sent else { return 0 };
        self.item.quantity.units().saturating_sub(packed).saturating_sub(shipped).saturating_sub(withdrawn)
    }
}

/// Why these items cannot be sent.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PickError {
    /// The order has no such line.
    #[error("the order has no {article}")]
    NotSold { index: usize, article: Article },
    /// Postage, a fee or a discount.
    #[error("only goods are sent")]
    NotGoods { index: usize },
    /// More units than are left to send.
    #[error("only {left} of {sku} are left to send")]
    TooMany { index: usize, sku: Sku, left: i64 },
    #[error("nothing is left to send")]
    Nothing,
}

/// Picks items from what is left to send, each from the lines that it names, in their order. Without items everything.
pub fn pick(order: &Order, items: &[(Article, Quantity)]) -> Result<Vec<ShipmentLine>, PickError> {
    let known: Vec<_> =
        order.lines.iter().map(|line| (LineId::of(order.id, line.line), &line.item.sku)).collect();
    let mut left: Vec<i64> = order.lines.iter().map(OrderLine::open).collect();
    for (index, (article, quantity)) in items.iter().enumerate() {
        let (mut wanted, mut found, mut named) = (quantity.units(), 0_i64, None);
        let picked = article.picks(&known);
        for ((line, left), _) in order.lines.iter().zip(&mut left).zip(picked).filter(|(_, picked)| *picked) {
            named = Some(line);
            found = found.saturating_add(*left);
            let units = wanted.min(*left);
            (*left, wanted) = (left.saturating_sub(units), wanted.saturating_sub(units));
        }
        match named {
            None => return Err(PickError::NotSold { index, article: article.clone() }),
            Some(line) if line.item.kind != LineKind::Goods => return Err(PickError::NotGoods { index }),
            Some(line) if wanted > 0 => {
                return Err(PickError::TooMany { index, sku: line.item.sku.clone(), left: found });
            }
            Some(_) => {}
        }
    }
    let picked = |(line, left): (&OrderLine, i64)| {
        let units = if items.is_empty() { line.open() } else { line.open().saturating_sub(left) };
        let (sku, name) = (line.item.sku.clone(), line.item.name.clone());
        Some(ShipmentLine { line: line.line, sku, name, quantity: Quantity::new(units)? })
    };
    let lines: Vec<_> = order.lines.iter().zip(left).filter_map(picked).collect();
    if lines.is_empty() { Err(PickError::Nothing) } else { Ok(lines) }
}
