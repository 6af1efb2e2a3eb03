//! `GET /accounting/fiscal-periods?limit=&cursor=`, by start.

use web::{Context, List, Page, Problem, Query, Reply, Route, list};

use super::grants;
use super::input::key_parts;
use crate::adapters::store::Store;
use crate::domain::period::Period;

pub(super) fn routes() -> Vec<Route> {
    vec![Route::get(
        "/accounting/fiscal-periods",
        grants::ACCOUNTING_READ,
        "List the fiscal periods, ordered by start date.",
        handle,
    )]
}

async fn handle(context: Context, Query(page): Query<Page>) -> Result<Reply<List<Period>>, Problem> {
    let [start, id] = page.cursor.as_ref().map_or_else(|| Ok(Default::default()), key_parts::<2>)?;
    let periods = Store::new(&context).list_periods((&start, &id), page.limit).await?;
    Ok(list(periods, page.limit, |period| format!("{}|{}", period.start_date, period.id)))
}
