//! `POST /accounting/journal-entries/{id}/void {reason}`.

use kernel::ids::EntryId;
use kernel::text::ShortText;
use schemars::JsonSchema;
use serde::Deserialize;
use web::{Answer, Context, Json, Path, Present, Problem, Reply, Route};

use super::grants;
use super::journal_problem::{WRITE_PROBLEMS, problem};
use crate::adapters::store::Store;
use crate::application::void_entry::void_entry;
use crate::domain::entry::Entry;

pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::post(
            "/accounting/journal-entries/{id}/void",
            grants::ACCOUNTING_WRITE,
            "Void an entry by posting its reverse.",
            handle,
        )
        .details(
            "`reversedByEntryId` names the reverse, which is dated today. A draft is discarded. An entry of a source \
             event must be undone at its source.",
        )
        .problems(WRITE_PROBLEMS),
    ]
}

/// Why.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct VoidEntry {
    reason: ShortText,
}

const VOIDED: Present<Entry> = Present::new(|entry| Reply(entry).into_response());

async fn handle(
    context: Context,
    Path(id): Path<EntryId>,
    Json(request): Json<VoidEntry>,
) -> Result<Reply<Entry>, Problem> {
    let (store, today) = (Store::answering(&context, VOIDED), context.now().date());
    let entry = void_entry(&store, id, &request.reason, today).await.map_err(problem)?;
    Ok(Reply(entry))
}
