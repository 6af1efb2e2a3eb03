//! `GET /orders/pos/terminals/{terminalId}/closings?limit=&cursor=`.

use axum::response::IntoResponse;
use kernel::text::Code;
use web::{Context, Page, Path, Problem, Query, list};

use super::till_json::ClosingJson;
use crate::adapters::store::SqlTills;

/// A page of the till's closings, the newest first.
pub(super) async fn handle(
    context: Context,
    Path(terminal_id): Path<Code>,
    Query(page): Query<Page>,
) -> Result<impl IntoResponse, Problem> {
    let before = page.cursor.as_ref().map(|cursor| cursor.key().parse::<i64>()).transpose();
    let before = before.map_err(|_| Problem::field("cursor", "is not one of this list"))?;
    let closings = SqlTills::new(&context).list_closings(&terminal_id, before, page.limit).await?;
    let closings: Result<Vec<ClosingJson>, _> = closings.iter().map(ClosingJson::new).collect();
    let closings = closings.map_err(Problem::internal)?;
    Ok(list(closings, page.limit, |closing| closing.closing_number.to_string()))
}
