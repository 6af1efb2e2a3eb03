//! `GET /orders/credit-notes`.

use kernel::Cursor;
use web::{Context, Page, Problem, Query};

use super::refund_json::RefundJson;
use crate::adapters::store::SqlRefunds;

/// Answers 200 with a page of credit notes without an order, by id.
pub(super) async fn handle(
    context: Context,
    Query(page): Query<Page>,
) -> Result<impl axum::response::IntoResponse, Problem> {
    let after = page.cursor.as_ref().map_or("", Cursor::key);
    let notes = SqlRefunds::new(&context).list_credit_notes(after, page.limit).await?;
    let notes = notes.iter().map(RefundJson::from).collect();
    Ok(web::list(notes, page.limit, |note: &RefundJson| note.id.to_string()))
}
