//! `GET /accounting/accounts/{code}`.

use kernel::text::Code;
use serde::Serialize;
use web::{Context, Path, Problem, Tagged};

use crate::adapters::store::SqlChart;
use crate::adapters::views::AccountView;
use crate::application::ports::Chart;

/// Answers 200 with the account and its version as `ETag`, 404.
pub(super) async fn handle(
    context: Context,
    Path(code): Path<Code>,
) -> Result<Tagged<impl Serialize>, Problem> {
    let account = SqlChart::new(&context).find(&code).await?.ok_or_else(|| Problem::not_found("account"))?;
    Ok(Tagged(account.version, AccountView::from(&account)))
}
