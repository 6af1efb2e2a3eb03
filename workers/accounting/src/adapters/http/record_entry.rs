//! `POST /accounting/journal-entries {entryDate, description, reference?, entryType?, lines, post?}`.

use kernel::text::{Code, ShortText};
use kernel::{Currency, Date, Money};
use schemars::JsonSchema;
use serde::Deserialize;
use web::{Context, Created, FieldError, Json, Problem, ProblemCode, Route};

use super::grants;
use super::input::foreign;
use super::journal_problem::problem;
use super::views::{ENTRY_RECORDED, EntryView};
use crate::adapters::store::Store;
use crate::application::record_entry::record_entry;
use crate::domain::account::Direction;
use crate::domain::entry::{EntryDraft, EntryLine, EntryType, Heading};

pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::post(
            "/accounting/journal-entries",
            grants::ACCOUNTING_WRITE,
            "Write a journal entry, as a draft or posted at once.",
            handle,
        )
        .details("A draft must already be right: what cannot be posted is not kept.")
        .problems(&[
            ProblemCode::StateConflict,
            ProblemCode::UnbalancedEntry,
            ProblemCode::AccountNotPostable,
            ProblemCode::PeriodClosed,
        ]),
    ]
}

/// The most lines of an entry.
const LINES_MAX: usize = 1000;
/// The largest amount of a line written by hand, in minor units: 10^13. Balances then stay far from
/// what an amount can hold.
const AMOUNT_MINOR_MAX: i64 = 10_000_000_000_000;

/// A new entry; a draft unless `post`.
#[derive(Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct RecordEntry {
    entry_date: Date,
    description: ShortText,
    reference: Option<ShortText>,
    #[serde(default = "by_hand")]
    entry_type: EntryType,
    lines: Vec<NewLine>,
    #[serde(default)]
    post: bool,
}

/// One of its lines.
#[derive(Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schemars(rename = "JournalLineInput")]
struct NewLine {
    account_code: Code,
    direction: Direction,
    amount: Money,
}

const fn by_hand() -> EntryType {
    EntryType::Manual
}

async fn handle(context: Context, Json(request): Json<RecordEntry>) -> Result<Created<EntryView>, Problem> {
    let currency = context.currency();
    check(&request, currency)?;
    let heading = Heading {
        entry_date: request.entry_date,
        description: request.description,
        reference: request.reference,
        entry_type: request.entry_type,
    };
    let line = |line: NewLine| EntryLine {
        account_code: line.account_code,
        direction: line.direction,
        amount: line.amount,
    };
    let lines = request.lines.into_iter().map(line).collect();
    let draft = EntryDraft::new(heading, None, lines, currency).map_err(|error| problem(error.into()))?;
    let store = Store::answering(&context, ENTRY_RECORDED);
    let entry = record_entry(&store, &store, &draft, request.post).await.map_err(problem)?;
    Ok(Created(EntryView::from(&entry)))
}

fn check(request: &RecordEntry, currency: Currency) -> Result<(), Problem> {
    let mut errors = Vec::new();
    if request.entry_type == EntryType::System {
        errors.push(FieldError::new("/entryType", "System is for what sales and stock book"));
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
