//! `POST` and `GET /orders/{id}/shipments`.

use kernel::ids::{OrderId, ShipmentId};
use kernel::text::{Link, Name, ShortText};
use kernel::{Cursor, Quantity};
use schemars::JsonSchema;
use selling::refund::Article;
use serde::{Deserialize, Serialize};
use web::{
    Context, Created, FieldError, Json, List, Page, Path, Problem, ProblemCode, Query, Reply, Route, list,
};

use super::order_input::{LineInput, named_field, request_text, visible};
use super::refund_order::ITEM_COUNT_MAX;
use super::shipment_json::{self, ShipmentJson};
use super::{grants, order_json};
use crate::adapters::store::Store;
use crate::application::create_shipment::{CreateShipmentError, NewShipment, create_shipment};
use crate::application::ports::orders::FindOrder;
use crate::application::ports::shipments::ShipError;
use crate::domain::order::{Carriage, PickError, Shipment, ShipmentMethod, ShipmentStatus, ShipmentStep};

pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::post(
            "/orders/{id}/shipments",
            grants::ORDER_FULFIL,
            "Send goods of a completed order, all that is left or a part.",
            create,
        )
        .details(
            "Without items it has everything that nobody sends yet. It begins as `Picking`, `Packed` or `Shipped`, and for \
             pick-up as `Picking`, `ReadyForPickUp` or `PickedUp`: by default it has left, or waits at the counter. The \
             customer is told when it leaves and arrives. Repeating the same id returns the same shipment.",
        )
        .problems(&[ProblemCode::StateConflict, ProblemCode::ShipmentExceedsOrder]),
        Route::get("/orders/{id}/shipments", grants::ORDER_READ_OWN, "List the shipments of an order, oldest first.", all)
            .hiding(grants::ORDER_READ_ALL, order_json::INTERNAL),
    ]
}

#[derive(Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schemars(rename = "CreateShipment")]
struct ShipmentInput {
    id: Option<ShipmentId>,
    /// Left out: all that is left.
    #[serde(default)]
    #[schemars(length(max = ITEM_COUNT_MAX))]
    items: Vec<LineInput>,
    /// `Delivery` by default.
    method: Option<ShipmentMethod>,
    /// How far it is: `Shipped` by default, and `ReadyForPickUp` for pick-up.
    status: Option<ShipmentStatus>,
    carrier: Option<Name>,
    tracking_number: Option<ShortText>,
    tracking_url: Option<Link>,
}

async fn create(
    context: Context,
    Path(order_id): Path<OrderId>,
    Json(input): Json<ShipmentInput>,
) -> Result<Created<ShipmentJson>, Problem> {
    let request = request_text(&input)?;
    let method = input.method.unwrap_or(ShipmentMethod::Delivery);
    let new = NewShipment {
        id: context.given_or_new(input.id)?,
        order_id,
        items: items(&input.items)?,
        method,
        step: first_step(method, &input)?,
        created_by: context.caller.subject.clone(),
        request,
        at: context.now(),
    };
    let store = Store::presenting(&context, shipment_json::CREATED);
    let created = create_shipment(&store, new).await;
    created.map(|shipment| shipment_json::created(&shipment)).map_err(problem)
}

fn items(input: &[LineInput]) -> Result<Vec<(Article, Quantity)>, Problem> {
    if input.len() > ITEM_COUNT_MAX {
        return Err(Problem::field("/items", format!("must have at most {ITEM_COUNT_MAX} items")));
    }
    let mut errors: Vec<FieldError> = Vec::new();
    let mut items = Vec::with_capacity(input.len());
    for (index, item) in input.iter().enumerate() {
        match item.article(index) {
            Ok(article) => items.push((article, item.quantity)),
            Err(error) => errors.push(error),
        }
    }
    if errors.is_empty() { Ok(items) } else { Err(Problem::validation(errors)) }
}

/// The step that brings a new shipment to where it is; none when somebody begins to pick.
fn first_step(method: ShipmentMethod, input: &ShipmentInput) -> Result<Option<ShipmentStep>, Problem> {
    let carriage = Carriage {
        carrier: input.carrier.clone(),
        tracking_number: input.tracking_number.clone(),
        tracking_url: input.tracking_url.clone(),
    };
    let status = input.status.unwrap_or(match method {
        ShipmentMethod::Delivery => ShipmentStatus::Shipped,
        ShipmentMethod::PickUp => ShipmentStatus::ReadyForPickUp,
    });
    if status != ShipmentStatus::Shipped && carriage != Carriage::default() {
        return Err(Problem::field("/status", "must be Shipped when a carrier has it"));
    }
    match (method, status) {
        (_, ShipmentStatus::Picking) => Ok(None),
        (ShipmentMethod::Delivery, ShipmentStatus::Packed)
        | (ShipmentMethod::PickUp, ShipmentStatus::ReadyForPickUp) => Ok(Some(ShipmentStep::Pack)),
        (ShipmentMethod::Delivery, ShipmentStatus::Shipped) => Ok(Some(ShipmentStep::Ship(carriage))),
        (ShipmentMethod::PickUp, ShipmentStatus::PickedUp) => Ok(Some(ShipmentStep::Deliver)),
        (ShipmentMethod::Delivery, _) => {
            Err(Problem::field("/status", "must be Picking, Packed or Shipped for a delivery"))
        }
        (ShipmentMethod::PickUp, _) => {
            Err(Problem::field("/status", "must be Picking, ReadyForPickUp or PickedUp for a pick-up"))
        }
    }
}

fn problem(error: CreateShipmentError) -> Problem {
    match error {
        CreateShipmentError::NoOrder => Problem::not_found("order"),
        CreateShipmentError::Conflict(detail) => Problem::state_conflict(detail),
        CreateShipmentError::Pick(error) => not_picked(error),
        CreateShipmentError::Ship(error) => not_shipped(error),
    }
}

fn not_picked(error: PickError) -> Problem {
    match error {
        PickError::NotSold { index, article } => {
            Problem::field(named_field(index, &article), "is not in the order")
        }
        PickError::NotGoods { index } => {
            Problem::field(format!("/items/{index}"), "is no goods: it is not sent")
        }
        PickError::TooMany { index, sku, left } => {
            let field =
                FieldError::new(format!("/items/{index}/quantity"), format!("must be at most {left}"));
            let detail = format!("Only {left} of {sku} are left to send.");
            Problem::new(ProblemCode::ShipmentExceedsOrder, detail).with_errors(vec![field])
        }
        PickError::Nothing => Problem::state_conflict("Nothing of this order is left to send."),
    }
}

/// Why a shipment is not stored.
pub(super) fn not_shipped(error: ShipError) -> Problem {
    match error {
        ShipError::Taken => Problem::state_conflict("This id was used for another shipment.")
            .with_errors(vec![FieldError::new("/id", "is the id of another shipment")]),
        ShipError::Stale => {
            Problem::state_conflict("This order is being shipped or refunded. Try again.").retry_after(1)
        }
        ShipError::Failure(failure) => failure.into(),
    }
}

async fn all(
    context: Context,
    Path(order_id): Path<OrderId>,
    Query(page): Query<Page>,
) -> Result<Reply<List<ShipmentJson>>, Problem> {
    let order = Store::new(&context).find_order(order_id).await?;
    let order = order.filter(|order| visible(&context, order)).ok_or_else(|| Problem::not_found("order"))?;
    let last = page.cursor.as_ref().map(Cursor::key);
    let after = |shipment: &&Shipment| last.is_some_and(|last| shipment.id.to_string() != last);
    let rest = order.shipments.iter().skip_while(after).skip(usize::from(last.is_some()));
    let shipments: Vec<ShipmentJson> = rest.map(ShipmentJson::from).collect();
    Ok(list(shipments, page.limit, |shipment| shipment.id.to_string()))
}
