//! `POST /accounting/journal-entries/{id}/void {reason, date?}`.

use kernel::Date;
use kernel::ids::EntryId;
use kernel::text::ShortText;
use schemars::JsonSchema;
use serde::Deserialize;
use web::duties::Action;
use web::{Answer, Context, Json, Path, Present, Problem, Reply, Route};

use super::grants;
use super::journal_problem::{WRITE_PROBLEMS, check_written, period_closed, problem};
use crate::adapters::store::Store;
use crate::application::journal_error::{JournalError, Refusal};
use crate::application::void_entry::void_entry;
use crate::domain::entry::{Entry, EntryStatus};

pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::post(
            "/accounting/journal-entries/{id}/void",
            grants::ACCOUNTING_WRITE,
            "Void an entry by posting its reverse.",
            handle,
        )
        .audited()
        .shared_duty(Action::JournalEntry)
        .details(
            "`reversedByEntryId` names the reverse. It is dated like the entry while that day is open, otherwise on the first \
             open day after it, or on `date`. A draft is discarded. An entry of a source event must be undone at its \
             source.",
        )
        .problems(WRITE_PROBLEMS),
    ]
}

/// Why.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct VoidEntry {
    reason: ShortText,
    /// The day of the reverse, not before the entry. By default the day of the entry, or the first open day after it.
    date: Option<Date>,
}

const VOIDED: Present<Entry> = Present::new(|entry| Reply(entry).into_response());

async fn handle(
    context: Context,
    Path(id): Path<EntryId>,
    Json(request): Json<VoidEntry>,
) -> Result<Reply<Entry>, Problem> {
    let store = Store::answering(&context, VOIDED);
    check_written(&context, &store, "Void", id, |status| status == EntryStatus::Posted).await?;
    let voided = void_entry(&store, id, &request.reason, request.date).await;
    Ok(Reply(voided.map_err(|error| match error {
        JournalError::Refused(Refusal::PeriodClosed(name)) => period_closed("/date", &name),
        error => problem(error),
    })?))
}
