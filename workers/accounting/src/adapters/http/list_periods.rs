//! `GET /accounting/fiscal-periods?limit=&cursor=`, by start.

use serde::Serialize;
use web::{Context, Page, Problem, Query, list};

use super::input::key_parts;
use crate::adapters::store::SqlPeriods;
use crate::adapters::views::PeriodView;

/// Answers 200 with a page.
pub(super) async fn handle(
    context: Context,
    Query(page): Query<Page>,
) -> Result<web::Reply<impl Serialize>, Problem> {
    let [start, id] = page.cursor.as_ref().map_or_else(|| Ok(Default::default()), key_parts::<2>)?;
    let periods = SqlPeriods::new(&context).list((&start, &id), page.limit).await?;
    let views: Vec<_> = periods.iter().map(PeriodView::from).collect();
    Ok(list(views, page.limit, |view| format!("{}|{}", view.start_date, view.id)))
}
