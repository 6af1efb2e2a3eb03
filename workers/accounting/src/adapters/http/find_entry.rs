//! `GET /accounting/journal-entries/{id}`.

use kernel::ids::EntryId;
use serde::Serialize;
use web::{Context, Path, Problem, Reply};

use crate::adapters::store::SqlJournal;
use crate::adapters::views::EntryView;
use crate::application::ports::Journal;

/// Answers 200 with the entry and its lines, 404.
pub(super) async fn handle(
    context: Context,
    Path(id): Path<EntryId>,
) -> Result<Reply<impl Serialize>, Problem> {
    let entry = SqlJournal::new(&context).find(id).await?;
    let entry = entry.ok_or_else(|| Problem::not_found("journal entry"))?;
    Ok(Reply(EntryView::from(&entry)))
}
