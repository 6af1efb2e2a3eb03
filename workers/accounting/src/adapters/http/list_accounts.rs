//! `GET /accounting/accounts?limit=&cursor=`: the chart by code.

use web::{Context, List, Page, Problem, Query, Reply, Route, list};

use super::grants;
use super::views::AccountView;
use crate::adapters::store::Store;

pub(super) fn routes() -> Vec<Route> {
    vec![Route::get(
        "/accounting/accounts",
        grants::ACCOUNTING_READ,
        "List the chart of accounts, by code.",
        handle,
    )]
}

async fn handle(context: Context, Query(page): Query<Page>) -> Result<Reply<List<AccountView>>, Problem> {
    let after = page.cursor.as_ref().map_or("", kernel::Cursor::key);
    let accounts = Store::reading(&context).list_accounts(after, page.limit).await?;
    let views: Vec<_> = accounts.iter().map(AccountView::from).collect();
    Ok(list(views, page.limit, |view| view.code.to_string()))
}
