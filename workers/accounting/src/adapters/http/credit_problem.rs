//! The problems that a client gets when a credit cannot be used.

use web::{Problem, ProblemCode};

use super::journal_problem::{period_closed, refused, too_early};
use crate::application::ports::CreditError;

/// `day` is the field that names the day.
pub(super) fn problem(error: CreditError, day: &str) -> Problem {
    match error {
        CreditError::NotFound => Problem::not_found("credit"),
        CreditError::NoInvoice => Problem::field("/invoiceId", "is not an invoice"),
        CreditError::OtherCustomer => Problem::field("/invoiceId", "is another customer's invoice"),
        CreditError::NotPositive => Problem::field("/amount", "must be above zero"),
        CreditError::NothingLeft => {
            Problem::state_conflict("Nothing is left of the credit, or nothing of the invoice is open.")
        }
        CreditError::TooMuch(most) => Problem::field("/amount", format!("must be at most {most}")),
        CreditError::TooEarly(earliest) => too_early(day, earliest),
        CreditError::PeriodClosed => period_closed(day, "of that day"),
        CreditError::NotMoney => {
            Problem::field("/method", "must be Cash, Card, CardTerminal or BankTransfer")
        }
        CreditError::Changed => {
            Problem::state_conflict("The credit or the invoice was used in the meantime: read it again.")
        }
        CreditError::Refused(refusal) => refused(&refusal),
        CreditError::Booking(error) => Problem::internal(error),
        CreditError::Failure(failure) => failure.into(),
    }
}

/// The problems of every route that uses a credit.
pub(super) const CREDIT_PROBLEMS: &[ProblemCode] = &[
    ProblemCode::StateConflict,
    ProblemCode::PeriodClosed,
    ProblemCode::AccountNotPostable,
    ProblemCode::UnbalancedEntry,
];
