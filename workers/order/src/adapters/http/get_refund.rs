//! `GET /orders/refunds/{id}`, a refund or a credit note.

use kernel::ids::RefundId;
use web::{Context, Path, Problem, Reply, Route};

use super::grants;
use super::order_input::visible;
use super::refund_json::{self, RefundJson};
use crate::adapters::store::Store;
use crate::application::ports::orders::FindOrder;
use crate::application::ports::refunds::Refunds;
use crate::domain::refund::Refund;

pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::get("/orders/refunds/{id}", grants::ORDER_READ_OWN, "Show a refund or a credit note.", handle)
            .hiding(grants::ORDER_READ_ALL, refund_json::INTERNAL),
    ]
}

async fn handle(context: Context, Path(id): Path<RefundId>) -> Result<Reply<RefundJson>, Problem> {
    let refund = Store::new(&context).find_refund(id).await?;
    let refund = refund.ok_or_else(|| Problem::not_found("refund"))?;
    if may_see(&context, &refund).await? {
        return Ok(Reply(RefundJson::from(&refund)));
    }
    Err(Problem::not_found("refund"))
}

async fn may_see(context: &Context, refund: &Refund) -> Result<bool, Problem> {
    if context.caller.may(grants::ORDER_READ_ALL) {
        return Ok(true);
    }
    let Some((order_id, _)) = &refund.order else {
        return Ok(refund.customer_id.is_some() && refund.customer_id == context.caller.customer_id);
    };
    let order = Store::new(context).find_order(*order_id).await?;
    Ok(order.is_some_and(|order| visible(context, &order)))
}
