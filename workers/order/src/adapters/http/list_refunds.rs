//! `GET /orders/{id}/refunds`.

use kernel::Cursor;
use kernel::ids::OrderId;
use web::{Context, Page, Path, Problem, Query};

use super::order_input::visible;
use super::refund_json::RefundJson;
use crate::adapters::store::{SqlOrders, SqlRefunds};
use crate::application::ports::FindOrder;

/// Answers 200 with a page by id, 404 also for someone else's order.
pub(super) async fn handle(
    context: Context,
    Path(order_id): Path<OrderId>,
    Query(page): Query<Page>,
) -> Result<impl axum::response::IntoResponse, Problem> {
    let order = SqlOrders::new(&context).find_order(order_id).await?;
    if !order.is_some_and(|order| visible(&context.caller, &order)) {
        return Err(Problem::not_found("order"));
    }
    let after = page.cursor.as_ref().map_or("", Cursor::key);
    let refunds = SqlRefunds::new(&context).list_of_order(order_id, after, page.limit).await?;
    let refunds = refunds.iter().map(RefundJson::from).collect();
    Ok(web::list(refunds, page.limit, |refund: &RefundJson| refund.id.to_string()))
}
