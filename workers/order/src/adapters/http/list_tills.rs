//! `GET /orders/pos/terminals?limit=&cursor=`.

use kernel::Cursor;
use web::{Context, List, Page, Problem, Query, Reply, Route, list};

use super::grants;
use super::till_json::TillSummaryJson;
use crate::adapters::store::Store;

pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::get("/orders/pos/terminals", grants::ORDER_READ_ALL, "List the tills, by name.", handle)
            .details(
                "How far each till's sales have arrived, whether some are missing, and its last closing.",
            ),
    ]
}

async fn handle(context: Context, Query(page): Query<Page>) -> Result<Reply<List<TillSummaryJson>>, Problem> {
    let after = page.cursor.as_ref().map_or("", Cursor::key);
    let tills = Store::new(&context).list_tills(after, page.limit).await?;
    let tills: Vec<TillSummaryJson> = tills.into_iter().map(TillSummaryJson::from).collect();
    Ok(list(tills, page.limit, |till| till.terminal_id.to_string()))
}
