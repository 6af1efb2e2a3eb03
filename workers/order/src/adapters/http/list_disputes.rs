//! `GET /payments/disputes?limit=&cursor=`.

use kernel::ids::{OrderId, PaymentId};
use kernel::{Money, Timestamp};
use schemars::JsonSchema;
use serde::Serialize;
use web::{Context, List, Page, Problem, Query, Reply, Route, list};

use super::grants;
use crate::adapters::provider::stripe::webhook::Dispute;
use crate::adapters::store::Store;

pub(super) fn routes() -> Vec<Route> {
    let summary = "List the payments that their card holders dispute, newest first.";
    vec![Route::get("/payments/disputes", grants::ORDER_REFUND, summary, handle)]
}

/// A payment that its card holder disputes, as the provider told it last.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "Dispute")]
struct DisputeJson {
    /// The provider's id.
    id: String,
    payment_id: PaymentId,
    order_id: OrderId,
    amount: Money,
    /// `fraudulent`, `product_not_received`, …
    reason: String,
    /// `needs_response`, `under_review`, `won`, `lost`, …
    status: String,
    /// Until when the shop may show evidence to the provider.
    due_by: Option<Timestamp>,
    opened_at: Timestamp,
    /// When the provider told it.
    told_at: Timestamp,
}

async fn handle(context: Context, Query(page): Query<Page>) -> Result<Reply<List<DisputeJson>>, Problem> {
    let disputes = Store::new(&context).list_disputes(page.cursor.as_ref(), page.limit).await?;
    let disputes = disputes.into_iter().map(shown).collect();
    Ok(list(disputes, page.limit, |dispute| format!("{}/{}", dispute.opened_at, dispute.id)))
}

fn shown(dispute: Dispute) -> DisputeJson {
    DisputeJson {
        id: dispute.id,
        payment_id: dispute.payment_id,
        order_id: dispute.order_id,
        amount: dispute.amount,
        reason: dispute.reason,
        status: dispute.status,
        due_by: dispute.due_by,
        opened_at: dispute.opened_at,
        told_at: dispute.told_at,
    }
}
