//! `GET /orders/{id}`, and the same under each channel.

use contracts::terms::SalesChannel;
use kernel::ids::OrderId;
use web::{Context, Path, Problem, Route, Tagged};

use super::order_input::visible;
use super::order_json::{self, OrderJson};
use super::{answers, grants};
use crate::adapters::store::Store;
use crate::application::ports::orders::FindOrder;

pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::get("/orders/{id}", grants::ORDER_READ_OWN, "Show an order of any channel.", any)
            .hiding(grants::ORDER_READ_ALL, order_json::INTERNAL),
        Route::get("/orders/retail/{id}", grants::ORDER_READ_OWN, "Show a retail order.", retail)
            .hiding(grants::ORDER_READ_ALL, order_json::INTERNAL),
        Route::get("/orders/wholesale/{id}", grants::ORDER_READ_OWN, "Show a wholesale order.", wholesale)
            .hiding(grants::ORDER_READ_ALL, order_json::INTERNAL),
        Route::get("/orders/pos/{id}", grants::ORDER_READ_ALL, "Show a sale at a till.", pos)
            .hiding(grants::ORDER_READ_ALL, order_json::INTERNAL),
    ]
}

async fn any(context: Context, Path(id): Path<OrderId>) -> Result<Tagged<OrderJson>, Problem> {
    find(&context, id, None).await
}

async fn retail(context: Context, Path(id): Path<OrderId>) -> Result<Tagged<OrderJson>, Problem> {
    find(&context, id, Some(SalesChannel::RetailWeb)).await
}

async fn wholesale(context: Context, Path(id): Path<OrderId>) -> Result<Tagged<OrderJson>, Problem> {
    find(&context, id, Some(SalesChannel::WholesaleWeb)).await
}

async fn pos(context: Context, Path(id): Path<OrderId>) -> Result<Tagged<OrderJson>, Problem> {
    find(&context, id, Some(SalesChannel::POS)).await
}

async fn find(
    context: &Context,
    id: OrderId,
    channel: Option<SalesChannel>,
) -> Result<Tagged<OrderJson>, Problem> {
    let order = Store::new(context).find_order(id).await?;
    let order = order
        .filter(|order| channel.is_none_or(|channel| channel == order.channel))
        .filter(|order| visible(context, order))
        .ok_or_else(|| Problem::not_found("order"))?;
    Ok(answers::tagged(&order))
}
