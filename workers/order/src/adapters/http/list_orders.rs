//! `GET /orders/retail`, `/orders/wholesale`, `/orders/pos` and `/orders/wholesale/customer/{customerId}`:
//! newest id first, with lines and payments, in one query.

use contracts::terms::SalesChannel;
use kernel::ids::CustomerId;
use kernel::{Cursor, Limit};
use schemars::JsonSchema;
use serde::Deserialize;
use web::{Context, List, Path, Problem, ProblemCode, Query, Reply, Route, list};

use super::grants;
use super::order_json::{self, OrderJson};
use crate::adapters::store::{OrderFilter, Store};
use crate::domain::order::OrderStatus;

pub(super) fn routes() -> Vec<Route> {
    let customer = "/orders/wholesale/customer/{customerId}";
    vec![
        Route::get("/orders/retail", grants::ORDER_READ_OWN, "List retail orders, newest first.", retail)
            .hiding(grants::ORDER_READ_ALL, order_json::INTERNAL)
            .details(OWN),
        Route::get(
            "/orders/wholesale",
            grants::ORDER_READ_OWN,
            "List wholesale orders, newest first.",
            wholesale,
        )
        .hiding(grants::ORDER_READ_ALL, order_json::INTERNAL)
        .details(OWN),
        Route::get(
            customer,
            grants::ORDER_READ_OWN,
            "List the orders of one wholesale customer.",
            of_customer,
        )
        .hiding(grants::ORDER_READ_ALL, order_json::INTERNAL)
        .problems(&[ProblemCode::Forbidden]),
        Route::get("/orders/pos", grants::ORDER_READ_ALL, "List the sales of all tills, newest first.", pos)
            .hiding(grants::ORDER_READ_ALL, order_json::INTERNAL),
    ]
}

const OWN: &str =
    "All orders with the grant `orders:read-all`, otherwise only the caller's own. Visitors have no list.";

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct ListOrders {
    /// Rows, 1 to 100.
    #[serde(default)]
    limit: Limit,
    /// Where the last page ended.
    cursor: Option<Cursor>,
    status: Option<OrderStatus>,
}

async fn retail(
    context: Context,
    Query(query): Query<ListOrders>,
) -> Result<Reply<List<OrderJson>>, Problem> {
    let owner = own_or_all(&context)?;
    page(&context, SalesChannel::RetailWeb, owner, query).await
}

async fn wholesale(
    context: Context,
    Query(query): Query<ListOrders>,
) -> Result<Reply<List<OrderJson>>, Problem> {
    let owner = own_or_all(&context)?;
    page(&context, SalesChannel::WholesaleWeb, owner, query).await
}

async fn pos(context: Context, Query(query): Query<ListOrders>) -> Result<Reply<List<OrderJson>>, Problem> {
    page(&context, SalesChannel::POS, None, query).await
}

async fn of_customer(
    context: Context,
    Path(customer_id): Path<CustomerId>,
    Query(query): Query<ListOrders>,
) -> Result<Reply<List<OrderJson>>, Problem> {
    if context.caller.customer_id != Some(customer_id) {
        context.require(grants::ORDER_READ_ALL)?;
    }
    page(&context, SalesChannel::WholesaleWeb, Some(customer_id.to_string()), query).await
}

/// The owner to filter by; none means all orders. A visitor has no list, because visitors know their orders by id.
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
) -> Result<Reply<List<OrderJson>>, Problem> {
    let before = query.cursor.as_ref().map(Cursor::key);
    let filter = OrderFilter { channel, owner: owner.as_deref(), status: query.status, before };
    let orders = Store::new(context).list_orders(&filter, query.limit).await?;
    let orders: Vec<OrderJson> = orders.iter().map(OrderJson::from).collect();
    Ok(list(orders, query.limit, |order| order.id.to_string()))
}
