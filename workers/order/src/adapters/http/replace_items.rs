//! `PUT /orders/retail/{id}` and `/orders/wholesale/{id}`.

use contracts::terms::SalesChannel;
use kernel::Money;
use kernel::ids::OrderId;
use schemars::JsonSchema;
use serde::Deserialize;
use web::{Context, Json, Path, Problem, ProblemCode, Route, Tagged};

use super::order_input::{ItemInput, LINES_MAX, check_lines, visible};
use super::order_json::{self, OrderJson};
use super::{answers, grants, problems};
use crate::adapters::peers::{InventoryPeer, ProductPeer};
use crate::adapters::store::Store;
use crate::application::replace_items::{ReplaceItemsError, Replacement, replace_items};
use crate::domain::order::{Address, Order};

pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::put(
            "/orders/retail/{id}",
            grants::RETAIL_ORDER,
            "Replace the items of a retail order that waits for payment.",
            retail,
        )
        .audited()
        .hiding(grants::ORDER_READ_ALL, order_json::INTERNAL)
        .details(DETAILS)
        .problems(&[
            ProblemCode::Forbidden,
            ProblemCode::StateConflict,
            ProblemCode::PreconditionFailed,
        ]),
        Route::put(
            "/orders/wholesale/{id}",
            grants::WHOLESALE_ORDER,
            "Replace the items of a wholesale order that waits for payment.",
            wholesale,
        )
        .audited()
        .hiding(grants::ORDER_READ_ALL, order_json::INTERNAL)
        .details(DETAILS)
        .problems(&[
            ProblemCode::StateConflict,
            ProblemCode::PreconditionFailed,
            ProblemCode::MoqNotMet,
            ProblemCode::CreditLimitExceeded,
        ]),
    ]
}

const DETAILS: &str = "The order is priced again, at today's prices. With `If-Match` it is only changed when it still has \
                       the version that was read.";

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schemars(rename = "ReplaceOrderItems")]
struct ReplaceItems {
    #[schemars(length(min = 1, max = LINES_MAX))]
    items: Vec<ItemInput>,
    /// A whole-order discount.
    discount: Option<Money>,
    /// The address stays unchanged when this is left out.
    shipping_address: Option<Address>,
    /// The same for the address of the invoice.
    billing_address: Option<Address>,
}

async fn retail(
    context: Context,
    Path(id): Path<OrderId>,
    Json(request): Json<ReplaceItems>,
) -> Result<Tagged<OrderJson>, Problem> {
    replace(&context, id, SalesChannel::RetailWeb, request).await
}

async fn wholesale(
    context: Context,
    Path(id): Path<OrderId>,
    Json(request): Json<ReplaceItems>,
) -> Result<Tagged<OrderJson>, Problem> {
    replace(&context, id, SalesChannel::WholesaleWeb, request).await
}

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
        gives_discounts: context.caller.may(grants::PRICE_OVERRIDE),
        shipping_address: request.shipping_address,
        billing_address: request.billing_address,
        expected_version: context.if_match(),
        now: context.now(),
    };
    let (product, inventory) = (ProductPeer(context), InventoryPeer(context));
    let sees = |order: &Order| visible(context, order);
    replace_items(&Store::presenting(context, answers::CHANGED), &product, &inventory, replacement, sees)
        .await
        .map(|order| answers::tagged(&order))
        .map_err(problem)
}

fn problem(error: ReplaceItemsError) -> Problem {
    match error {
        ReplaceItemsError::Change(error) => problems::not_changed(error),
        ReplaceItemsError::Conflict => Problem::state_conflict("The order is no longer waiting for payment."),
        ReplaceItemsError::Basket(error) => problems::basket(error),
        ReplaceItemsError::Failure(failure) => failure.into(),
    }
}
