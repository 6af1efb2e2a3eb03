//! `POST /orders/{id}/shipments/{shipmentId}/pack`, `/ship`, `/deliver` and `/cancel`.

use kernel::ids::{OrderId, ShipmentId};
use kernel::text::{Link, Name, ShortText};
use schemars::JsonSchema;
use serde::Deserialize;
use web::{Context, Json, Path, Problem, ProblemCode, Reply, Route};

use super::create_shipment::not_shipped;
use super::grants;
use super::shipment_json::{self, ShipmentJson};
use crate::adapters::store::Store;
use crate::application::move_shipment::{MoveShipmentError, move_shipment};
use crate::domain::order::{Carriage, ShipmentStep};

pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::post(
            "/orders/{id}/shipments/{shipmentId}/pack",
            grants::ORDER_FULFIL,
            "Say that a shipment is packed, or ready for pick-up.",
            pack,
        )
        .details("The customer is told that they can pick it up.")
        .problems(&[ProblemCode::StateConflict]),
        Route::post(
            "/orders/{id}/shipments/{shipmentId}/ship",
            grants::ORDER_FULFIL,
            "Say that a shipment has left.",
            ship,
        )
        .details("The customer is told, with carrier and tracking.")
        .problems(&[ProblemCode::StateConflict]),
        Route::post(
            "/orders/{id}/shipments/{shipmentId}/deliver",
            grants::ORDER_FULFIL,
            "Say that the customer has a shipment: it was delivered or picked up.",
            deliver,
        )
        .problems(&[ProblemCode::StateConflict]),
        Route::post(
            "/orders/{id}/shipments/{shipmentId}/cancel",
            grants::ORDER_FULFIL,
            "Cancel a shipment that the customer does not have.",
            cancel,
        )
        .details("Its goods are to be sent again, unless they were refunded. A customer who was told of it is told.")
        .problems(&[ProblemCode::StateConflict]),
    ]
}

/// A step needs nothing apart from its path: an empty object.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "MoveShipment")]
struct Step {}

#[derive(Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schemars(rename = "ShipShipment")]
struct Ship {
    carrier: Option<Name>,
    tracking_number: Option<ShortText>,
    tracking_url: Option<Link>,
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "CancelShipment")]
struct Cancel {
    /// For the shop only.
    reason: ShortText,
}

type Place = Path<(OrderId, ShipmentId)>;

async fn pack(
    context: Context,
    Path(place): Place,
    Json(Step {}): Json<Step>,
) -> Result<Reply<ShipmentJson>, Problem> {
    take(&context, place, ShipmentStep::Pack).await
}

async fn ship(
    context: Context,
    Path(place): Place,
    Json(ship): Json<Ship>,
) -> Result<Reply<ShipmentJson>, Problem> {
    let Ship { carrier, tracking_number, tracking_url } = ship;
    take(&context, place, ShipmentStep::Ship(Carriage { carrier, tracking_number, tracking_url })).await
}

async fn deliver(
    context: Context,
    Path(place): Place,
    Json(Step {}): Json<Step>,
) -> Result<Reply<ShipmentJson>, Problem> {
    take(&context, place, ShipmentStep::Deliver).await
}

async fn cancel(
    context: Context,
    Path(place): Place,
    Json(cancel): Json<Cancel>,
) -> Result<Reply<ShipmentJson>, Problem> {
    take(&context, place, ShipmentStep::Cancel(cancel.reason)).await
}

async fn take(
    context: &Context,
    place: (OrderId, ShipmentId),
    step: ShipmentStep,
) -> Result<Reply<ShipmentJson>, Problem> {
    let store = Store::presenting(context, shipment_json::MOVED);
    let moved = move_shipment(&store, place, step, context.now()).await;
    moved.map(|shipment| shipment_json::moved(&shipment)).map_err(|error| match error {
        MoveShipmentError::NotFound => Problem::not_found("shipment"),
        MoveShipmentError::Conflict(detail) => Problem::state_conflict(detail),
        MoveShipmentError::Ship(error) => not_shipped(error),
    })
}
