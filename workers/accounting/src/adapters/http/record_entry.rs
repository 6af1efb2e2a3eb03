//! `POST /accounting/journal-entries {entryDate, description, reference?, entryType?, lines, post?}`.

use kernel::text::ShortText;
use kernel::{Currency, Date};
use schemars::JsonSchema;
use serde::Deserialize;
use web::duties::Action;
use web::{Answer, Context, Created, FieldError, Json, Present, Problem, Route};

use super::grants;
use super::input::foreign;
use super::journal_problem::{WRITE_PROBLEMS, check_alone, problem};
use crate::adapters::store::Store;
use crate::application::record_entry::record_entry;
use crate::domain::entry::{Entry, EntryDraft, EntryLine, EntryType, Heading};

pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::post(
            "/accounting/journal-entries",
            grants::ACCOUNTING_WRITE,
            "Write a journal entry, as a draft or posted at once.",
            handle,
        )
        .shared_duty(Action::JournalEntry)
        .details("A draft must already be valid: an entry that could not be posted is not stored.")
        .problems(WRITE_PROBLEMS)
        // The entry with its key is the only change.
        .claims_first(),
    ]
}

/// The most lines of an entry.
const LINES_MAX: usize = 1000;
/// The largest amount of a line in a manual entry, in minor units: 10^13. It keeps balances far from the limit of an
/// amount.
const AMOUNT_MINOR_MAX: i64 = 10_000_000_000_000;

/// A new entry.
#[derive(Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct RecordEntry {
    entry_date: Date,
    description: ShortText,
    /// A document's number.
    reference: Option<ShortText>,
    /// Not `System`, which is reserved for sales and stock.
    #[serde(default = "by_hand")]
    entry_type: EntryType,
    /// They must balance. Each is on an account that takes lines, at most 10^13 minor units.
    #[schemars(length(min = 2, max = 1000))]
    lines: Vec<EntryLine>,
    /// Whether it is posted at once; otherwise it is a draft.
    #[serde(default)]
    post: bool,
}

const fn by_hand() -> EntryType {
    EntryType::Manual
}

const RECORDED: Present<Entry> = Present::new(|entry| Created(entry).into_response());

async fn handle(context: Context, Json(request): Json<RecordEntry>) -> Result<Created<Entry>, Problem> {
    let currency = context.currency();
    check(&request, currency)?;
    let heading = Heading {
        entry_date: request.entry_date,
        description: request.description,
        reference: request.reference,
        entry_type: request.entry_type,
    };
    let draft =
        EntryDraft::new(heading, None, request.lines, currency).map_err(|error| problem(error.into()))?;
    if request.post {
        check_alone(&context, "Post", &draft.description, draft.total())?;
    }
    let store = Store::answering(&context, RECORDED);
    Ok(Created(record_entry(&store, &draft, request.post).await.map_err(problem)?))
}

fn check(request: &RecordEntry, currency: Currency) -> Result<(), Problem> {
    let mut errors = Vec::new();
    if request.entry_type == EntryType::System {
        errors.push(FieldError::new("/entryType", "System is reserved for sales and stock"));
    }
    if request.lines.len() > LINES_MAX {
        errors.push(FieldError::new("/lines", format!("may be at most {LINES_MAX}")));
    }
    for (index, line) in request.lines.iter().enumerate().take(LINES_MAX) {
        let pointer = format!("/lines/{index}/amount");
        if line.amount.minor() > AMOUNT_MINOR_MAX {
            errors.push(FieldError::new(&pointer, "is too large"));
        }
        errors.extend(foreign(pointer, line.amount, currency));
    }
    if errors.is_empty() { Ok(()) } else { Err(Problem::validation(errors)) }
}
