//! `GET /orders/{id}/refunds`.

use kernel::Cursor;
use kernel::ids::OrderId;
use web::{Context, List, Page, Path, Problem, Query, Reply, Route, list};

use super::grants;
use super::order_input::visible;
use super::refund_json::{self, RefundJson};
use crate::adapters::store::Store;
use crate::application::ports::orders::FindOrder;

pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::get("/orders/{id}/refunds", grants::ORDER_READ_OWN, "List the refunds of an order.", handle)
            .hiding(grants::ORDER_READ_ALL, refund_json::INTERNAL),
    ]
}

async fn handle(
    context: Context,
    Path(order_id): Path<OrderId>,
    Query(page): Query<Page>,
) -> Result<Reply<List<RefundJson>>, Problem> {
    let store = Store::new(&context);
    let order = store.find_order(order_id).await?;
    if !order.is_some_and(|order| visible(&context, &order)) {
        return Err(Problem::not_found("order"));
    }
    let after = page.cursor.as_ref().map_or("", Cursor::key);
    let refunds = store.list_refunds(order_id, after, page.limit).await?;
    let refunds: Vec<RefundJson> = refunds.iter().map(RefundJson::from).collect();
    Ok(list(refunds, page.limit, |refund| refund.id.to_string()))
}
