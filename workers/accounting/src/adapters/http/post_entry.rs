//! `POST /accounting/journal-entries/{id}/post`.

use kernel::ids::EntryId;
use serde::Serialize;
use web::{Context, Path, Problem, Reply};

use super::journal_problem::problem;
use crate::adapters::store::SqlJournal;
use crate::adapters::views::EntryView;
use crate::application::post_entry::post_entry;

/// Answers 200 with the posted entry and its number, 404, 409 `STATE_CONFLICT` when it is no draft, 422
/// when an account or the period does not take it any more.
pub(super) async fn handle(
    context: Context,
    Path(id): Path<EntryId>,
) -> Result<Reply<impl Serialize>, Problem> {
    let entry = post_entry(&SqlJournal::new(&context), id).await.map_err(problem)?;
    Ok(Reply(EntryView::from(&entry)))
}
