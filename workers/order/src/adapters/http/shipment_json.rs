//! A shipment as JSON.

use kernel::ids::{LineId, OrderId, ShipmentId};
use kernel::text::{Link, Name, ShortText, Sku};
use kernel::{Quantity, Timestamp};
use schemars::JsonSchema;
use serde::Serialize;
use web::{Answer as _, Created, Present, Reply};

use crate::adapters::store::Presents;
use crate::domain::order::{Shipment, ShipmentLine, ShipmentMethod, ShipmentStatus};

/// A shipment of an order.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "Shipment")]
pub(super) struct ShipmentJson {
    pub(super) id: ShipmentId,
    order_id: OrderId,
    method: ShipmentMethod,
    status: ShipmentStatus,
    items: Vec<ItemJson>,
    carrier: Option<Name>,
    tracking_number: Option<ShortText>,
    tracking_url: Option<Link>,
    /// Who created it. For the shop only.
    #[serde(skip_serializing_if = "Option::is_none")]
    created_by: Option<String>,
    created_at: Timestamp,
    /// When it was packed, or ready for pick-up.
    packed_at: Option<Timestamp>,
    shipped_at: Option<Timestamp>,
    /// When the customer got it.
    delivered_at: Option<Timestamp>,
    cancelled_at: Option<Timestamp>,
    /// For the shop only.
    #[serde(skip_serializing_if = "Option::is_none")]
    cancel_reason: Option<ShortText>,
}

#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "ShipmentItem")]
struct ItemJson {
    line_id: LineId,
    sku: Sku,
    name: Name,
    quantity: Quantity,
}

impl From<&Shipment> for ShipmentJson {
    fn from(shipment: &Shipment) -> Self {
        let item = |line: &ShipmentLine| ItemJson {
            line_id: LineId::of(shipment.order_id, line.line),
            sku: line.sku.clone(),
            name: line.name.clone(),
            quantity: line.quantity,
        };
        Self {
            id: shipment.id,
            order_id: shipment.order_id,
            method: shipment.method,
            status: shipment.status,
            items: shipment.lines.iter().map(item).collect(),
            carrier: shipment.carriage.carrier.clone(),
            tracking_number: shipment.carriage.tracking_number.clone(),
            tracking_url: shipment.carriage.tracking_url.clone(),
            created_by: Some(shipment.created_by.clone()),
            created_at: shipment.created_at,
            packed_at: shipment.packed_at,
            shipped_at: shipment.shipped_at,
            delivered_at: shipment.delivered_at,
            cancelled_at: shipment.cancelled_at,
            cancel_reason: shipment.cancel_reason.clone(),
        }
    }
}

/// 201 with the shipment.
pub(super) fn created(shipment: &Shipment) -> Created<ShipmentJson> {
    Created(ShipmentJson::from(shipment))
}

/// The shipment after a step.
pub(super) fn moved(shipment: &Shipment) -> Reply<ShipmentJson> {
    Reply(ShipmentJson::from(shipment))
}

/// For a request that creates one.
pub(super) const CREATED: Presents =
    Presents { shipment: Some(Present::new(|shipment| created(shipment).into_response())), ..Presents::NONE };

/// For a request that takes one a step further.
pub(super) const MOVED: Presents =
    Presents { shipment: Some(Present::new(|shipment| moved(shipment).into_response())), ..Presents::NONE };
