//! `POST /accounting/journal-entries/{id}/post`.

use kernel::ids::EntryId;
use web::duties::Action;
use web::{Answer, Context, Path, Present, Problem, Reply, Route};

use super::grants;
use super::journal_problem::{WRITE_PROBLEMS, check_written, problem};
use crate::adapters::store::Store;
use crate::application::post_entry::post_entry;
use crate::domain::entry::{Entry, EntryStatus};

pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::post(
            "/accounting/journal-entries/{id}/post",
            grants::ACCOUNTING_WRITE,
            "Post a draft: it gets its number, and balances move.",
            handle,
        )
        .audited()
        .shared_duty(Action::JournalEntry)
        .problems(WRITE_PROBLEMS),
    ]
}

const POSTED: Present<Entry> = Present::new(|entry| Reply(entry).into_response());

async fn handle(context: Context, Path(id): Path<EntryId>) -> Result<Reply<Entry>, Problem> {
    let journal = Store::answering(&context, POSTED);
    check_written(&context, &journal, "Post", id, |status| status == EntryStatus::Draft).await?;
    let entry = post_entry(&journal, id).await.map_err(problem)?;
    Ok(Reply(entry))
}
