//! `GET /orders/fulfilment`: the warehouse's list of what is to be sent.

use kernel::ids::WarehouseId;
use kernel::{Cursor, Limit};
use schemars::JsonSchema;
use serde::Deserialize;
use web::{Context, List, Problem, Query, Reply, Route, list};

use super::grants;
use super::order_json::OrderJson;
use super::reviews::place;
use crate::adapters::store::{FulfilmentFilter, Store};
use crate::domain::order::Fulfilment;

pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::get("/orders/fulfilment", grants::ORDER_FULFIL, "List the web orders to send, oldest first.", handle)
            .details(
                "Completed orders with goods that nobody sends yet: `toShip` of each line says how many. With `status` \
                 those that are so far.",
            ),
    ]
}

#[derive(Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct ListToSend {
    warehouse_id: Option<WarehouseId>,
    status: Option<Fulfilment>,
    /// Rows, 1 to 100.
    #[serde(default)]
    limit: Limit,
    /// Where the last page ended.
    cursor: Option<Cursor>,
}

async fn handle(
    context: Context,
    Query(query): Query<ListToSend>,
) -> Result<Reply<List<OrderJson>>, Problem> {
    let filter = FulfilmentFilter {
        fulfilment: query.status,
        warehouse_id: query.warehouse_id,
        after: place(query.cursor.as_ref())?,
    };
    let orders = Store::new(&context).list_to_send(&filter, query.limit).await?;
    let orders: Vec<OrderJson> = orders.iter().map(OrderJson::from).collect();
    let key =
        |order: &OrderJson| order.completed_at.map(|at| format!("{at} {}", order.id)).unwrap_or_default();
    Ok(list(orders, query.limit, key))
}
