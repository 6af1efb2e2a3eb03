//! `GET /orders/pos/terminals/{terminalId}`: the X report.

use kernel::text::Code;
use web::{Context, Path, Problem, Reply};

use super::till_json::TillJson;
use crate::adapters::store::SqlTills;

/// How far the till has arrived, the first 20 gaps, what its open day holds so far, and its last closing; 404.
pub(super) async fn handle(
    context: Context,
    Path(terminal_id): Path<Code>,
) -> Result<Reply<TillJson>, Problem> {
    let found = SqlTills::new(&context).find(&terminal_id).await?;
    let (till, gaps, day, last) = found.ok_or_else(|| Problem::not_found("till"))?;
    TillJson::new(&till, gaps, &day, last.as_ref()).map(Reply).map_err(Problem::internal)
}
