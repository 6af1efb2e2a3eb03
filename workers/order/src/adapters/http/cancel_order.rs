//! `POST /orders/retail/{id}/cancel` and `/orders/wholesale/{id}/cancel`.

use contracts::terms::SalesChannel;
use kernel::ids::OrderId;
use kernel::text::ShortText;
use serde::Deserialize;
use web::{Context, Json, Path, Problem, Tagged};

use super::OrderJson;
use super::order_input::visible;
use crate::adapters::store::SqlOrders;
use crate::application::cancel_order::{CancelOrderError, cancel_order};

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct CancelOrder {
    reason: ShortText,
}

pub(super) async fn retail(
    context: Context,
    Path(id): Path<OrderId>,
    Json(request): Json<CancelOrder>,
) -> Result<Tagged<OrderJson>, Problem> {
    cancel(&context, id, SalesChannel::RetailWeb, request).await
}

pub(super) async fn wholesale(
    context: Context,
    Path(id): Path<OrderId>,
    Json(request): Json<CancelOrder>,
) -> Result<Tagged<OrderJson>, Problem> {
    cancel(&context, id, SalesChannel::WholesaleWeb, request).await
}

/// 200 with the cancelled order; 404; 409 `STATE_CONFLICT` when it does not wait for payment any more.
async fn cancel(
    context: &Context,
    id: OrderId,
    channel: SalesChannel,
    request: CancelOrder,
) -> Result<Tagged<OrderJson>, Problem> {
    let sees = |order: &crate::domain::order::Order| visible(&context.caller, order);
    let reason = request.reason.as_str();
    match cancel_order(&SqlOrders::new(context), id, channel, reason, sees).await {
        Ok(order) => Ok(Tagged(order.version, OrderJson::from(&order))),
        Err(CancelOrderError::NotFound) => Err(Problem::not_found("order")),
        Err(CancelOrderError::Conflict(detail)) => Err(Problem::state_conflict(detail)),
        Err(CancelOrderError::Failure(failure)) => Err(failure.into()),
    }
}
