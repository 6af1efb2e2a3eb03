//! `POST /accounting/journal-entries/{id}/post`.

use kernel::ids::EntryId;
use web::{Context, Path, Problem, ProblemCode, Reply, Route};

use super::grants;
use super::journal_problem::problem;
use super::views::{ENTRY_CHANGED, EntryView};
use crate::adapters::store::Store;
use crate::application::post_entry::post_entry;

pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::post(
            "/accounting/journal-entries/{id}/post",
            grants::ACCOUNTING_WRITE,
            "Post a draft: it gets its number, and balances move.",
            handle,
        )
        .problems(&[
            ProblemCode::StateConflict,
            ProblemCode::UnbalancedEntry,
            ProblemCode::AccountNotPostable,
            ProblemCode::PeriodClosed,
        ]),
    ]
}

async fn handle(context: Context, Path(id): Path<EntryId>) -> Result<Reply<EntryView>, Problem> {
    let entry = post_entry(&Store::answering(&context, ENTRY_CHANGED), id).await.map_err(problem)?;
    Ok(Reply(EntryView::from(&entry)))
}
