//! `GET /orders/{id}`, and the same under each channel.

use contracts::terms::SalesChannel;
use kernel::ids::OrderId;
use web::{Context, Path, Problem, Tagged};

use super::OrderJson;
use super::order_input::visible;
use crate::adapters::store::SqlOrders;
use crate::application::ports::FindOrder;

/// 200 with the order and its version as `ETag`, 404 when there is none or it is not the caller's.
pub(super) async fn any(context: Context, Path(id): Path<OrderId>) -> Result<Tagged<OrderJson>, Problem> {
    find(&context, id, None).await
}

pub(super) async fn retail(context: Context, Path(id): Path<OrderId>) -> Result<Tagged<OrderJson>, Problem> {
    find(&context, id, Some(SalesChannel::RetailWeb)).await
}

pub(super) async fn wholesale(
    context: Context,
    Path(id): Path<OrderId>,
) -> Result<Tagged<OrderJson>, Problem> {
    find(&context, id, Some(SalesChannel::WholesaleWeb)).await
}

pub(super) async fn pos(context: Context, Path(id): Path<OrderId>) -> Result<Tagged<OrderJson>, Problem> {
    find(&context, id, Some(SalesChannel::POS)).await
}

async fn find(
    context: &Context,
    id: OrderId,
    channel: Option<SalesChannel>,
) -> Result<Tagged<OrderJson>, Problem> {
    let order = SqlOrders::new(context).find_order(id).await?;
    let order = order
        .filter(|order| channel.is_none_or(|channel| channel == order.channel))
        .filter(|order| visible(&context.caller, order))
        .ok_or_else(|| Problem::not_found("order"))?;
    Ok(Tagged(order.version, OrderJson::from(&order)))
}
