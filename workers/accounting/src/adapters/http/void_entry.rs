//! `POST /accounting/journal-entries/{id}/void {reason}`.

use kernel::ids::EntryId;
use kernel::text::ShortText;
use schemars::JsonSchema;
use serde::Deserialize;
use web::{Context, Json, Path, Problem, ProblemCode, Reply, Route};

use super::grants;
use super::journal_problem::problem;
use super::views::{ENTRY_CHANGED, EntryView};
use crate::adapters::store::Store;
use crate::application::void_entry::void_entry;

pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::post("/accounting/journal-entries/{id}/void", grants::ACCOUNTING_WRITE, "Void an entry by posting its reverse.", handle)
            .details("`reversedByEntryId` names the reverse. A draft is given up; what a source event booked is undone where it came from.")
            .problems(&[ProblemCode::StateConflict, ProblemCode::UnbalancedEntry, ProblemCode::AccountNotPostable, ProblemCode::PeriodClosed]),
    ]
}

/// Why.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct VoidEntry {
    reason: ShortText,
}

async fn handle(
    context: Context,
    Path(id): Path<EntryId>,
    Json(request): Json<VoidEntry>,
) -> Result<Reply<EntryView>, Problem> {
    let today = context.now().date();
    let entry = void_entry(&Store::answering(&context, ENTRY_CHANGED), id, &request.reason, today)
        .await
        .map_err(problem)?;
    Ok(Reply(EntryView::from(&entry)))
}
