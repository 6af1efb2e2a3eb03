//! `POST /accounting/journal-entries/{id}/void {reason}`.

use kernel::ids::EntryId;
use kernel::text::ShortText;
use serde::{Deserialize, Serialize};
use web::{Context, Json, Path, Problem, Reply};

use super::journal_problem::problem;
use crate::adapters::store::SqlJournal;
use crate::adapters::views::EntryView;
use crate::application::void_entry::void_entry;

/// Why.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct VoidEntry {
    reason: ShortText,
}

/// Answers 200 with the voided entry, which names its reverse in `reversedByEntryId`; 404; 409
/// `STATE_CONFLICT` when it was voided before or books a source event.
pub(super) async fn handle(
    context: Context,
    Path(id): Path<EntryId>,
    Json(request): Json<VoidEntry>,
) -> Result<Reply<impl Serialize>, Problem> {
    let today = context.now().date();
    let entry = void_entry(&SqlJournal::new(&context), id, &request.reason, today).await.map_err(problem)?;
    Ok(Reply(EntryView::from(&entry)))
}
