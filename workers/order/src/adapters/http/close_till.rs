//! `POST /orders/pos/terminals/{terminalId}/closings`: the end of a till's day, the Z report.

use kernel::Money;
use kernel::ids::ClosingId;
use kernel::text::{Code, ShortText};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use web::{Answer as _, Context, Created, FieldError, Json, Path, Present, Problem, ProblemCode, Route};

use super::grants;
use super::order_input::{request_text, wrong_currency};
use super::sale_input::SEQUENCE_MAX;
use super::till_json::ClosingJson;
use crate::adapters::store::{Presents, Store};
use crate::application::close_till::{CloseTill, CloseTillError, close_till};
use crate::domain::till::{Closing, ClosingRefused, Gap};

/// How long a cashier waits for a sale in progress, in seconds.
const RETRY_SECONDS: u32 = 2;

pub(super) fn routes() -> Vec<Route> {
    let path = "/orders/pos/terminals/{terminalId}/closings";
    vec![
        Route::post(path, grants::TILL_CLOSE, "Close a till's day, the Z report.", handle)
            .details(DETAILS)
            .problems(&[ProblemCode::TerminalGap, ProblemCode::StateConflict]),
    ]
}

const DETAILS: &str = "Closes everything after the last closing up to `throughSequence`, the last sequence number of \
                       the till (0 for a till without sequence numbers). Sales without a sequence number, and refunds \
                       that name the till, belong to the day in which they were recorded. Expected cash is the cash \
                       taken for sales less the cash of refunds that name the till. The float stays in the drawer and \
                       is not part of `countedCash`. Without `countedCash` there is no difference; otherwise the \
                       difference is booked as cash over or short. Repeating the same id returns the same \
                       closing.\n\nEvery sequence number up to the last must have arrived; otherwise `TERMINAL_GAP` \
                       names the missing ranges in `gaps`. A conflict means that these sales are already closed, there \
                       is nothing to close, a sale is not completed yet, or another request is closing the till.";

#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schemars(rename = "CloseTill")]
struct ClosingInput {
    id: Option<ClosingId>,
    /// The last sequence number of the till; 0 for a till without sequence numbers.
    #[schemars(range(min = 0, max = SEQUENCE_MAX))]
    through_sequence: i64,
    /// The cash in the drawer without the float; not negative.
    counted_cash: Option<Money>,
    note: Option<ShortText>,
}

const ANSWER: Present<Closing> = Present::new(|closing| answer(closing)?.into_response());

fn answer(closing: &Closing) -> Result<Created<ClosingJson>, Problem> {
    ClosingJson::new(closing).map(Created).map_err(Problem::internal)
}

async fn handle(
    context: Context,
    Path(terminal_id): Path<Code>,
    Json(input): Json<ClosingInput>,
) -> Result<Created<ClosingJson>, Problem> {
    check(&context, &input)?;
    let request = CloseTill {
        id: context.given_or_new(input.id)?,
        request: format!("{terminal_id} {}", request_text(&input)?),
        terminal_id,
        through_sequence: input.through_sequence,
        counted_cash: input.counted_cash,
        note: input.note,
        closed_by: context.caller.subject.clone(),
        at: context.now(),
    };
    let store = Store::presenting(&context, Presents { closing: Some(ANSWER), ..Presents::NONE });
    let closing = close_till(&store, request).await.map_err(problem)?;
    answer(&closing)
}

fn check(context: &Context, input: &ClosingInput) -> Result<(), Problem> {
    let mut errors = Vec::new();
    if !(0..=SEQUENCE_MAX).contains(&input.through_sequence) {
        let detail = format!("must be a whole number from 0 to {SEQUENCE_MAX}");
        errors.push(FieldError::new("/throughSequence", detail));
    }
    match input.counted_cash {
        Some(counted) if counted.currency() != context.currency() => {
            errors.push(wrong_currency("/countedCash".to_owned(), context.currency()));
        }
        Some(counted) if counted.is_negative() => {
            errors.push(FieldError::new("/countedCash", "must not be negative"));
        }
        _ => {}
    }
    if errors.is_empty() { Ok(()) } else { Err(Problem::validation(errors)) }
}

fn problem(error: CloseTillError) -> Problem {
    match error {
        CloseTillError::Refused(refused) => refusal(&refused),
        CloseTillError::IdTaken => Problem::state_conflict("This id belongs to another closing.")
            .with_errors(vec![FieldError::new("/id", "is the id of another closing")]),
        CloseTillError::Busy => {
            Problem::state_conflict("Another request is closing this till, or it is selling. Try again.")
                .retry_after(RETRY_SECONDS)
        }
        CloseTillError::Failure(failure) => failure.into(),
    }
}

fn refusal(refused: &ClosingRefused) -> Problem {
    let through = |detail: String| vec![FieldError::new("/throughSequence", detail)];
    match refused {
        ClosingRefused::Gap(gaps) => {
            let detail = "Sales of this till have not arrived: sync them, then close.";
            let errors = gaps.iter().flat_map(|gap| through(missing(*gap))).collect();
            Problem::new(ProblemCode::TerminalGap, detail).with_errors(errors).with("gaps", gaps)
        }
        ClosingRefused::Closed { number, through: last } => Problem::state_conflict(format!(
            "Closing {number} goes through {last}, and nothing has arrived after it."
        ))
        .with_errors(through(format!("closing {number} goes through {last}"))),
        ClosingRefused::Empty => {
            Problem::state_conflict("No sale of this till has arrived: there is nothing to close.")
                .with_errors(through("has nothing to close".to_owned()))
        }
        ClosingRefused::Unfinished(count) => {
            Problem::state_conflict(format!("{count} of the sales are not complete yet. Try again."))
                .with_errors(through(format!("{count} of the sales are not complete yet")))
                .retry_after(RETRY_SECONDS)
        }
    }
}

fn missing(gap: Gap) -> String {
    if gap.from == gap.to {
        format!("{} has not arrived", gap.from)
    } else {
        format!("{} to {} have not arrived", gap.from, gap.to)
    }
}
