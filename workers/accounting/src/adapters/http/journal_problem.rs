//! The problems that a client gets when the journal refuses: one mapping for every use case that writes to it.

use kernel::ids::EntryId;
use kernel::text::ShortText;
use kernel::{Date, Money};
use web::duties::{Action, Deed, check, is_watched};
use web::{Context, FieldError, Problem, ProblemCode};

use crate::application::journal_error::{JournalError, Refusal};
use crate::application::ports::Journal;
use crate::domain::entry::{EntryStatus, LinesError};

/// The problems of every use case that writes to the journal.
pub(super) const WRITE_PROBLEMS: &[ProblemCode] = &[
    ProblemCode::StateConflict,
    ProblemCode::UnbalancedEntry,
    ProblemCode::AccountNotPostable,
    ProblemCode::PeriodClosed,
];

pub(super) fn problem(error: JournalError) -> Problem {
    match error {
        JournalError::Lines(error) => lines_problem(&error),
        JournalError::Accounts(refusals) => {
            let detail = refusals
                .first()
                .map_or_else(String::new, |(index, why)| format!("The account of line {index} {why}."));
            let field = |(index, why)| FieldError::new(format!("/lines/{index}/accountCode"), why);
            Problem::new(ProblemCode::AccountNotPostable, detail)
                .with_errors(refusals.into_iter().map(field).collect())
        }
        JournalError::NotFound => Problem::not_found("journal entry"),
        JournalError::Refused(refusal) => refused(&refusal),
        JournalError::Failure(failure) => failure.into(),
    }
}

fn lines_problem(error: &LinesError) -> Problem {
    match error {
        LinesError::TooFew => unbalanced("An entry needs at least two lines."),
        LinesError::NotPositive(index) => {
            Problem::field(format!("/lines/{index}/amount"), "must be above zero")
        }
        LinesError::Unbalanced { debits, credits } => {
            unbalanced(&format!("Debits are {debits} and credits are {credits}: they must be equal."))
        }
        LinesError::Money(error) => Problem::field("/lines", error.to_string()),
    }
}

fn unbalanced(detail: &str) -> Problem {
    Problem::new(ProblemCode::UnbalancedEntry, detail)
        .with_errors(vec![FieldError::new("/lines", "do not balance")])
}

/// Refuses an entry by hand, or the void of one, that the caller may not post alone.
pub(super) fn check_alone(
    context: &Context,
    verb: &str,
    description: &ShortText,
    total: Money,
) -> Result<(), Problem> {
    let what = format!("{verb} the journal entry \"{description}\"");
    let deed = Deed { action: Action::JournalEntry, what, amount: total, customer_id: None };
    check(context, deed, "/lines")
}

/// The same for an entry that is written already.
pub(super) async fn check_written(
    context: &Context,
    journal: &impl Journal,
    verb: &str,
    id: EntryId,
    counts: impl Fn(EntryStatus) -> bool,
) -> Result<(), Problem> {
    if !is_watched(context, Action::JournalEntry)? {
        return Ok(());
    }
    match journal.find(id).await? {
        Some(entry) if counts(entry.status) => check_alone(context, verb, &entry.description, entry.total),
        _ => Ok(()),
    }
}

/// A day in a closed period, or, without a name, in none.
pub(super) fn period_closed(pointer: &str, name: &str) -> Problem {
    if name.is_empty() {
        let detail = "No fiscal period includes this day: declare one first.";
        return Problem::new(ProblemCode::PeriodClosed, detail)
            .with_errors(vec![FieldError::new(pointer, "is in no fiscal period")]);
    }
    Problem::new(ProblemCode::PeriodClosed, format!("The fiscal period {name} is closed."))
        .with_errors(vec![FieldError::new(pointer, format!("is in the closed period {name}"))])
}

/// A day before that of the document which it changes.
pub(super) fn too_early(pointer: &str, earliest: Date) -> Problem {
    Problem::field(pointer, format!("must not be before {earliest}"))
}

/// A refusal by the journal's own rules.
pub(super) fn refused(refusal: &Refusal) -> Problem {
    match refusal {
        Refusal::Unbalanced => unbalanced("Debits and credits must be equal."),
        Refusal::TooFewLines => unbalanced("An entry needs at least two lines."),
        Refusal::Account(code, why) => {
            Problem::new(ProblemCode::AccountNotPostable, format!("The account {code} {why}."))
                .with_errors(vec![FieldError::new("/lines", format!("the account {code} {why}"))])
        }
        Refusal::PeriodClosed(name) => period_closed("/entryDate", name),
        Refusal::BeforeTheEntry(day) => too_early("/date", *day),
        Refusal::BalanceTooLarge => {
            Problem::field("/lines", "would make a balance larger than an amount can be")
        }
        Refusal::NotADraft => {
            Problem::state_conflict("This entry is not a draft. Only a draft can be posted.")
        }
        Refusal::AlreadyVoided => Problem::state_conflict("This entry is already voided."),
        Refusal::AtTheSource => Problem::state_conflict(
            "This entry books a sale, a refund, stock or a payment. Undo that instead; the books follow.",
        ),
        Refusal::ReverseStays => Problem::state_conflict(
            "This entry voids another one and cannot be voided. Write a new entry instead.",
        ),
    }
}
