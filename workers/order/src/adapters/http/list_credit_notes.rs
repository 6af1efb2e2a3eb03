//! `GET /orders/credit-notes`.

use kernel::Cursor;
use web::{Context, List, Page, Problem, Query, Reply, Route, list};

use super::grants;
use super::refund_json::RefundJson;
use crate::adapters::store::Store;

pub(super) fn routes() -> Vec<Route> {
    let summary = "List the credit notes without an order.";
    vec![Route::get("/orders/credit-notes", grants::ORDER_READ_ALL, summary, handle)]
}

async fn handle(context: Context, Query(page): Query<Page>) -> Result<Reply<List<RefundJson>>, Problem> {
    let after = page.cursor.as_ref().map_or("", Cursor::key);
    let notes = Store::new(&context).list_credit_notes(after, page.limit).await?;
    let notes: Vec<RefundJson> = notes.iter().map(RefundJson::from).collect();
    Ok(list(notes, page.limit, |note| note.id.to_string()))
}
