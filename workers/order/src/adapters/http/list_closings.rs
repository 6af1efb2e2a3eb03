//! `GET /orders/pos/terminals/{terminalId}/closings?limit=&cursor=`.

use kernel::text::Code;
use web::{Context, List, Page, Path, Problem, Query, Reply, Route, list};

use super::grants;
use super::till_json::ClosingJson;
use crate::adapters::store::Store;

pub(super) fn routes() -> Vec<Route> {
    let path = "/orders/pos/terminals/{terminalId}/closings";
    vec![Route::get(path, grants::ORDER_READ_ALL, "List the closings of a till, newest first.", handle)]
}

async fn handle(
    context: Context,
    Path(terminal_id): Path<Code>,
    Query(page): Query<Page>,
) -> Result<Reply<List<ClosingJson>>, Problem> {
    let before = page.cursor.as_ref().map(|cursor| cursor.key().parse::<i64>()).transpose();
    let before =
        before.map_err(|_| Problem::field("cursor", "must be the nextCursor of an earlier answer"))?;
    let closings = Store::new(&context).list_closings(&terminal_id, before, page.limit).await?;
    let closings: Result<Vec<ClosingJson>, _> = closings.iter().map(ClosingJson::new).collect();
    let closings = closings.map_err(Problem::internal)?;
    Ok(list(closings, page.limit, |closing| closing.closing_number.to_string()))
}
