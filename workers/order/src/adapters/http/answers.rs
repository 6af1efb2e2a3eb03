//! How orders are answered when they are new, and when they were known already.

use axum::response::{IntoResponse, Response};
use http::HeaderValue;
use http::header::HeaderName;
use web::{Created, Reply};

use super::OrderJson;
use crate::application::place_order::Placed;
use crate::domain::order::Order;

/// 201 for a new order, 200 for one that the same request placed before.
pub(super) fn placed(placed: Placed) -> Response {
    match placed {
        Placed::New(order) => created(&order),
        Placed::Known(order) => replayed(&order),
    }
}

/// 201 with the order.
pub(super) fn created(order: &Order) -> Response {
    Created(OrderJson::from(order)).into_response()
}

/// 200 with the order as it is now, marked as a repetition.
pub(super) fn replayed(order: &Order) -> Response {
    let mut response = Reply(OrderJson::from(order)).into_response();
    let name = HeaderName::from_static("idempotent-replayed");
    response.headers_mut().insert(name, HeaderValue::from_static("true"));
    response
}
