//! `GET /orders/pos/terminals?limit=&cursor=`.

use axum::response::IntoResponse;
use kernel::Cursor;
use web::{Context, Page, Problem, Query, list};

use super::till_json::TillSummaryJson;
use crate::adapters::store::SqlTills;

/// A page of tills by name: how far each has arrived, whether counts are missing, and its last closing.
pub(super) async fn handle(context: Context, Query(page): Query<Page>) -> Result<impl IntoResponse, Problem> {
    let after = page.cursor.as_ref().map_or("", Cursor::key);
    let tills = SqlTills::new(&context).list(after, page.limit).await?;
    let tills: Vec<TillSummaryJson> = tills.into_iter().map(TillSummaryJson::from).collect();
    Ok(list(tills, page.limit, |till| till.terminal_id.to_string()))
}
