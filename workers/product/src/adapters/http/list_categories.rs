//! `GET /categories`. One query.

use kernel::Cursor;
use web::{Context, List, Page, Problem, Query, Reply, Route, SharedRead, list};

use super::create_category::CategoryJson;
use super::grants;
use crate::adapters::store::Store;

pub(super) fn routes() -> Vec<Route> {
    vec![Route::get("/categories", grants::CATALOGUE_READ, "List the categories, ordered by slug.", handle)]
}

async fn handle(
    context: Context,
    Query(page): Query<Page>,
) -> Result<SharedRead<Reply<List<CategoryJson>>>, Problem> {
    let after = page.cursor.as_ref().map_or("", Cursor::key);
    let found = Store::new(&context).list_categories(after, page.limit).await?;
    let rows = found.into_iter().map(CategoryJson::from).collect();
    Ok(SharedRead(list(rows, page.limit, |row| row.slug.clone())))
}
