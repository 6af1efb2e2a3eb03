//! `POST /orders/retail/{id}/cancel` and `/orders/wholesale/{id}/cancel`.

use contracts::terms::SalesChannel;
use kernel::ids::OrderId;
use kernel::text::ShortText;
use schemars::JsonSchema;
use serde::Deserialize;
use web::{Context, Json, Path, Problem, ProblemCode, Route, Tagged};

use super::order_input::visible;
use super::order_json::{self, OrderJson};
use super::{answers, grants, problems};
use crate::adapters::store::Store;
use crate::application::cancel_order::{CancelOrderError, cancel_order};
use crate::domain::order::Order;

pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::post(
            "/orders/retail/{id}/cancel",
            grants::RETAIL_ORDER,
            "Cancel a retail order that waits for payment.",
            retail,
        )
        .audited()
        .hiding(grants::ORDER_READ_ALL, order_json::INTERNAL)
        .problems(&[ProblemCode::StateConflict]),
        Route::post(
            "/orders/wholesale/{id}/cancel",
            grants::WHOLESALE_ORDER,
            "Cancel a wholesale order that waits for payment.",
            wholesale,
        )
        .audited()
        .hiding(grants::ORDER_READ_ALL, order_json::INTERNAL)
        .details("Releases the customer's credit.")
        .problems(&[ProblemCode::StateConflict]),
    ]
}

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct CancelOrder {
    reason: ShortText,
}

async fn retail(
    context: Context,
    Path(id): Path<OrderId>,
    Json(request): Json<CancelOrder>,
) -> Result<Tagged<OrderJson>, Problem> {
    cancel(&context, id, SalesChannel::RetailWeb, request).await
}

async fn wholesale(
    context: Context,
    Path(id): Path<OrderId>,
    Json(request): Json<CancelOrder>,
) -> Result<Tagged<OrderJson>, Problem> {
    cancel(&context, id, SalesChannel::WholesaleWeb, request).await
}

async fn cancel(
    context: &Context,
    id: OrderId,
    channel: SalesChannel,
    request: CancelOrder,
) -> Result<Tagged<OrderJson>, Problem> {
    let sees = |order: &Order| visible(context, order);
    let reason = request.reason.as_str();
    let store = Store::presenting(context, answers::CHANGED);
    match cancel_order(&store, id, channel, reason, sees).await {
        Ok(order) => Ok(answers::tagged(&order)),
        Err(CancelOrderError::Change(error)) => Err(problems::not_changed(error)),
        Err(CancelOrderError::Conflict(detail)) => Err(Problem::state_conflict(detail)),
        Err(CancelOrderError::Failure(failure)) => Err(failure.into()),
    }
}
