//! `GET /orders/pos/terminals/{terminalId}`: the X report.

use kernel::text::Code;
use web::{Context, Path, Problem, Reply, Route};

use super::grants;
use super::till_json::TillJson;
use crate::adapters::store::Store;

pub(super) fn routes() -> Vec<Route> {
    let path = "/orders/pos/terminals/{terminalId}";
    vec![
        Route::get(path, grants::ORDER_READ_ALL, "Show a till and its open day, the X report.", handle)
            .details("How far the till's sales have arrived, what is missing, the totals of its open day, and its last closing."),
    ]
}

async fn handle(context: Context, Path(terminal_id): Path<Code>) -> Result<Reply<TillJson>, Problem> {
    let found = Store::new(&context).find_till(&terminal_id).await?;
    let (till, gaps, day, last) = found.ok_or_else(|| Problem::not_found("till"))?;
    TillJson::new(till, gaps, &day, last.as_ref()).map(Reply).map_err(Problem::internal)
}
