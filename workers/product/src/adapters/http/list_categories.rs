//! `GET /categories?limit=&cursor=`. One query.

use kernel::Cursor;
use serde::Serialize;
use web::{Context, Page, Problem, Query, Reply, list};

use crate::adapters::store;
use crate::adapters::wire::CategoryJson;

/// Answers 200 with a page by slug.
pub(super) async fn handle(
    context: Context,
    Query(page): Query<Page>,
) -> Result<Reply<impl Serialize>, Problem> {
    let after = page.cursor.as_ref().map_or("", Cursor::key);
    let rows = store::list_categories(&context, after, page.limit).await?;
    Ok(list(rows, page.limit, |row: &CategoryJson| row.slug.clone()))
}
