//! `GET /accounting/accounts?limit=&cursor=`: the chart, ordered by code.

use web::{Context, List, Page, Problem, Query, Reply, Route, list};

use super::grants;
use crate::adapters::store::Store;
use crate::domain::account::Account;

pub(super) fn routes() -> Vec<Route> {
    vec![Route::get(
        "/accounting/accounts",
        grants::ACCOUNTING_READ,
        "List the chart of accounts, ordered by code.",
        handle,
    )]
}

async fn handle(context: Context, Query(page): Query<Page>) -> Result<Reply<List<Account>>, Problem> {
    let after = page.cursor.as_ref().map_or("", kernel::Cursor::key);
    let accounts = Store::new(&context).list_accounts(after, page.limit).await?;
    Ok(list(accounts, page.limit, |account| account.code.to_string()))
}
