//! `POST /accounting/journal-entries/{id}/post`.

use kernel::ids::EntryId;
use web::{Answer, Context, Path, Present, Problem, Reply, Route};

use super::grants;
use super::journal_problem::{WRITE_PROBLEMS, problem};
use crate::adapters::store::Store;
use crate::application::post_entry::post_entry;
use crate::domain::entry::Entry;

pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::post(
            "/accounting/journal-entries/{id}/post",
            grants::ACCOUNTING_WRITE,
            "Post a draft: it gets its number, and balances move.",
            handle,
        )
        .audited()
        .problems(WRITE_PROBLEMS),
    ]
}

const POSTED: Present<Entry> = Present::new(|entry| Reply(entry).into_response());

async fn handle(context: Context, Path(id): Path<EntryId>) -> Result<Reply<Entry>, Problem> {
    let entry = post_entry(&Store::answering(&context, POSTED), id).await.map_err(problem)?;
    Ok(Reply(entry))
}
