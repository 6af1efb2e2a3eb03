//! How an order is answered, to the caller and under the request's key.

use web::{Answer as _, Present, Tagged};

use super::order_json::OrderJson;
use super::problems;
use crate::adapters::store::Presents;
use crate::application::place_order::Placed;
use crate::domain::order::Order;

/// The order in its current state, with its version.
pub(super) fn tagged(order: &Order) -> Tagged<OrderJson> {
    Tagged(order.version, OrderJson::from(order))
}

/// A new order, or one that the same request placed before.
pub(super) fn placed(placed: &Placed) -> web::Placed<OrderJson> {
    match placed {
        Placed::New(order) => created(order),
        Placed::Known(order) => web::Placed::Known(OrderJson::from(order)),
    }
}

fn created(order: &Order) -> web::Placed<OrderJson> {
    web::Placed::New(OrderJson::from(order))
}

/// For a request that changes an order.
pub(super) const CHANGED: Presents =
    Presents { order: Some(Present::new(|order| tagged(order).into_response())), ..ENDED };

/// For a request that makes an order.
pub(super) const CREATED: Presents =
    Presents { order: Some(Present::new(|order| created(order).into_response())), ..ENDED };

/// The ways in which a checkout may end without a sale.
const ENDED: Presents = Presents {
    declined: Some(Present::by_caller(|context, reason| Err(problems::declined(context, reason)))),
    out_of_stock: Some(Present::new(|availability| Err(problems::out_of_stock(availability)))),
    ..Presents::NONE
};
