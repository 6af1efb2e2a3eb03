//! `PUT /orders/retail/{id}` and `/orders/wholesale/{id}`.

use contracts::terms::SalesChannel;
use kernel::Money;
use kernel::ids::OrderId;
use serde::Deserialize;
use web::{Context, Json, Path, Problem, ProblemCode, Tagged};

use super::order_input::{ItemInput, check_lines, visible};
use super::{OrderJson, problems};
use crate::adapters::peers::{InventoryPeer, ProductPeer};
use crate::adapters::store::SqlOrders;
use crate::application::replace_items::{ReplaceItemsError, Replacement, replace_items};
use crate::domain::order::Address;

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct ReplaceItems {
    items: Vec<ItemInput>,
    discount: Option<Money>,
    shipping_address: Option<Address>,
}

pub(super) async fn retail(
    context: Context,
    Path(id): Path<OrderId>,
    Json(request): Json<ReplaceItems>,
) -> Result<Tagged<OrderJson>, Problem> {
    replace(&context, id, SalesChannel::RetailWeb, request).await
}

pub(super) async fn wholesale(
    context: Context,
    Path(id): Path<OrderId>,
    Json(request): Json<ReplaceItems>,
) -> Result<Tagged<OrderJson>, Problem> {
    replace(&context, id, SalesChannel::WholesaleWeb, request).await
}

/// 200 with the order, priced anew; 404; 409 `STATE_CONFLICT` when it no longer waits for payment; 412 when it has
/// changed since the version in `If-Match`; 422 as when it is placed.
async fn replace(
    context: &Context,
    id: OrderId,
    channel: SalesChannel,
    request: ReplaceItems,
) -> Result<Tagged<OrderJson>, Problem> {
    let lines = ItemInput::wanted(&request.items);
    check_lines(context, &lines, request.discount)?;
    let replacement = Replacement {
        order_id: id,
        channel,
        lines,
        discount: request.discount,
        shipping_address: request.shipping_address,
        expected_version: context.if_match(),
        now: context.now(),
    };
    let (product, inventory) = (ProductPeer(context), InventoryPeer(context));
    let sees = |order: &crate::domain::order::Order| visible(&context.caller, order);
    replace_items(&SqlOrders::new(context), &product, &inventory, replacement, sees)
        .await
        .map(|order| Tagged(order.version, OrderJson::from(&order)))
        .map_err(|error| problem(context.if_match().is_some(), error))
}

fn problem(conditional: bool, error: ReplaceItemsError) -> Problem {
    match error {
        ReplaceItemsError::NotFound => Problem::not_found("order"),
        ReplaceItemsError::Conflict => {
            Problem::state_conflict("The order does not wait for payment any more.")
        }
        ReplaceItemsError::Stale if conditional => {
            Problem::new(ProblemCode::PreconditionFailed, "The order has changed since you read it.")
        }
        ReplaceItemsError::Stale => {
            Problem::state_conflict("Another request is changing this order.").retry_after(1)
        }
        ReplaceItemsError::Basket(error) => problems::basket(error),
        ReplaceItemsError::CreditLimitExceeded => problems::credit_limit_exceeded(),
        ReplaceItemsError::Failure(failure) => failure.into(),
    }
}
