//! `GET /accounting/accounts?limit=&cursor=`: the chart by code.

use serde::Serialize;
use web::{Context, Page, Problem, Query, list};

use crate::adapters::store::SqlChart;
use crate::adapters::views::AccountView;

/// Answers 200 with a page.
pub(super) async fn handle(
    context: Context,
    Query(page): Query<Page>,
) -> Result<web::Reply<impl Serialize>, Problem> {
    let after = page.cursor.as_ref().map_or("", kernel::Cursor::key);
    let accounts = SqlChart::new(&context).list(after, page.limit).await?;
    let views: Vec<_> = accounts.iter().map(AccountView::from).collect();
    Ok(list(views, page.limit, |view| view.code.to_string()))
}
