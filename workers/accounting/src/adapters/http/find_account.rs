//! `GET /accounting/accounts/{code}`.

use kernel::text::Code;
use web::{Context, Path, Problem, Route, Tagged};

use super::grants;
use crate::adapters::store::Store;
use crate::domain::account::Account;

pub(super) fn routes() -> Vec<Route> {
    vec![Route::get("/accounting/accounts/{code}", grants::ACCOUNTING_READ, "Show an account.", handle)]
}

async fn handle(context: Context, Path(code): Path<Code>) -> Result<Tagged<Account>, Problem> {
    let account =
        Store::new(&context).find_account(&code).await?.ok_or_else(|| Problem::not_found("account"))?;
    Ok(Tagged(account.version, account))
}
