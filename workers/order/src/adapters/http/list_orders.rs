//! `GET /orders/retail`, `/orders/wholesale`, `/orders/pos` and `/orders/wholesale/customer/{customerId}`:
//! newest id first, with lines and payments, in one query.

use axum::response::{IntoResponse, Response};
use contracts::terms::SalesChannel;
use kernel::ids::CustomerId;
use kernel::{Cursor, Limit};
use serde::Deserialize;
use web::{Context, Grant, Path, Problem, Query, list};

use super::OrderJson;
use crate::adapters::store::{OrderFilter, SqlOrders};
use crate::domain::order::OrderStatus;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ListOrders {
    #[serde(default)]
    limit: Limit,
    cursor: Option<Cursor>,
    status: Option<OrderStatus>,
}

pub(super) async fn retail(context: Context, Query(query): Query<ListOrders>) -> Result<Response, Problem> {
    let owner = own_or_all(&context)?;
    page(&context, SalesChannel::RetailWeb, owner, query).await
}

pub(super) async fn wholesale(
    context: Context,
    Query(query): Query<ListOrders>,
) -> Result<Response, Problem> {
    let owner = own_or_all(&context)?;
    page(&context, SalesChannel::WholesaleWeb, owner, query).await
}

pub(super) async fn pos(context: Context, Query(query): Query<ListOrders>) -> Result<Response, Problem> {
    page(&context, SalesChannel::POS, None, query).await
}

/// The orders of one wholesale customer: 403 for another customer.
pub(super) async fn of_customer(
    context: Context,
    Path(customer_id): Path<CustomerId>,
    Query(query): Query<ListOrders>,
) -> Result<Response, Problem> {
    if context.caller.customer_id != Some(customer_id) {
        context.require(grants::ORDER_READ_ALL)?;
    }
    page(&context, SalesChannel::WholesaleWeb, Some(customer_id.to_string()), query).await
}

/// None: everybody's. A visitor has no list: they know their orders by id.
fn own_or_all(context: &Context) -> Result<Option<String>, Problem> {
    if context.caller.may(grants::ORDER_READ_ALL) {
        return Ok(None);
    }
    let owner = context.caller.owner();
    owner.map(Some).ok_or_else(|| web::tokens::unauthenticated("Log in to see your orders."))
}

async fn page(
    context: &Context,
    channel: SalesChannel,
    owner: Option<String>,
    query: ListOrders,
) -> Result<Response, Problem> {
    let before = query.cursor.as_ref().map(Cursor::key);
    let filter = OrderFilter { channel, owner: owner.as_deref(), status: query.status, before };
    let orders = SqlOrders::new(context).list(&filter, query.limit).await?;
    let orders: Vec<OrderJson> = orders.iter().map(OrderJson::from).collect();
    Ok(list(orders, query.limit, |order| order.id.to_string()).into_response())
}
