//! `POST /accounting/payments/{id}/reversals {reason, date?}`.

use kernel::Date;
use kernel::ids::PaymentId;
use kernel::text::ShortText;
use schemars::JsonSchema;
use serde::Deserialize;
use web::{Answer, Context, Created, Json, Path, Present, Problem, Route};

use super::grants;
use super::journal_problem::{WRITE_PROBLEMS, period_closed, refused, too_early};
use crate::adapters::store::Store;
use crate::application::journal_error::Refusal;
use crate::application::ports::ReverseError;
use crate::application::reverse_payment::reverse_payment;
use crate::domain::credit::Reversal;

pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::post(
            "/accounting/payments/{id}/reversals",
            grants::PAYMENT_RECORD,
            "Take back a payment that did not arrive.",
            handle,
        )
        .details(
            "By a document of its own: a payment that bounced, a payout that came back. What it settled is open again, and \
             so is the customer's exposure. Credit that an overpayment left must not be paid out.",
        )
        .problems(WRITE_PROBLEMS),
    ]
}

/// Why.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "ReversePayment")]
struct Request {
    reason: ShortText,
    /// The day on which it is booked, not before the payment. Today by default.
    date: Option<Date>,
}

const REVERSED: Present<Reversal> = Present::new(|reversal| Created(reversal).into_response());

async fn handle(
    context: Context,
    Path(id): Path<PaymentId>,
    Json(request): Json<Request>,
) -> Result<Created<Reversal>, Problem> {
    let date = request.date.map_or_else(|| context.today(), Ok)?;
    let store = Store::answering(&context, REVERSED);
    let reversed = reverse_payment(&store, id, context.new_id()?, &request.reason, date).await;
    Ok(Created(reversed.map_err(problem)?))
}

fn problem(error: ReverseError) -> Problem {
    match error {
        ReverseError::NotFound => Problem::not_found("payment"),
        ReverseError::ReversedBefore => Problem::state_conflict("This payment was reversed before."),
        ReverseError::TooEarly(earliest) => too_early("/date", earliest),
        ReverseError::BeforeItsCredit => {
            Problem::field("/date", "must not be before the day on which its credit came back")
        }
        ReverseError::PaidOut => Problem::state_conflict(
            "The credit that this payment left was paid out: reverse that payout first.",
        ),
        ReverseError::Refused(Refusal::PeriodClosed(name)) => period_closed("/date", &name),
        ReverseError::Refused(refusal) => refused(&refusal),
        ReverseError::Booking(error) => Problem::internal(error),
        ReverseError::Failure(failure) => failure.into(),
    }
}
