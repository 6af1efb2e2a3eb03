//! What the use cases need from the outside, in their own terms. Every writing method is one whole business
//! transaction.

mod receivables;

use std::future::Future;

use kernel::ids::{EntryId, PeriodId};
use kernel::text::Code;
use kernel::{Date, Failure};

use super::journal_error::JournalError;
use crate::domain::account::Account;
use crate::domain::booking::Booking;
use crate::domain::entry::{Entry, EntryDraft};
use crate::domain::period::Period;

pub use receivables::{
    Applications, BookedPayment, CreditError, FindReceivables, PayInvoiceError, Payouts, Receivables,
    Reversals, ReverseError,
};

/// Why no account was added.
#[derive(Debug, thiserror::Error)]
pub enum OpenAccountError {
    /// The code is taken.
    #[error("the code is taken")]
    Exists,
    /// The parent is not an active header of the same type.
    #[error("the parent is not an active header of the same type")]
    NoSuchHeader,
    /// The outside failed.
    #[error(transparent)]
    Failure(#[from] Failure),
}

/// Why the account was not changed.
#[derive(Debug, thiserror::Error)]
pub enum ChangeAccountError {
    /// There is no such account.
    #[error("no such account")]
    NotFound,
    /// It changed since the caller read it.
    #[error("the account changed meanwhile")]
    Stale,
    /// An account with a balance cannot be archived.
    #[error("the account has a balance")]
    HasBalance,
    /// A header with accounts in use can be neither deactivated nor archived.
    #[error("the header has accounts in use")]
    HasChildren,
    /// Its header is not active.
    #[error("the header is not active")]
    InactiveHeader,
    /// Source events book on it.
    #[error("the account is the system's")]
    System,
    /// The outside failed.
    #[error(transparent)]
    Failure(#[from] Failure),
}

/// Read access to accounts.
pub trait Accounts: Sync {
    /// The accounts with these codes that exist.
    fn find_all(&self, codes: &[&Code]) -> impl Future<Output = Result<Vec<Account>, Failure>> + Send;
}

/// The chart of accounts.
pub trait Chart: Sync {
    /// An account.
    fn find(&self, code: &Code) -> impl Future<Output = Result<Option<Account>, Failure>> + Send;

    /// Adds an account; publishes it.
    fn add(&self, account: &Account) -> impl Future<Output = Result<(), OpenAccountError>> + Send;

    /// Changes name and status of the account as it was at `version`.
    fn change(
        &self,
        account: &Account,
        version: i64,
    ) -> impl Future<Output = Result<(), ChangeAccountError>> + Send;
}

/// How booking an event ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Booked {
    /// Booked now.
    Now,
    /// Already booked by an earlier event of the same source.
    Before,
    /// Its day is in a closed period; nothing was booked.
    PeriodClosed,
}

/// The journal.
pub trait Journal: Sync {
    /// An entry with its lines.
    fn find(&self, id: EntryId) -> impl Future<Output = Result<Option<Entry>, Failure>> + Send;

    /// Writes an entry, and posts it when requested; a posted entry is published.
    fn record(
        &self,
        draft: &EntryDraft,
        post: bool,
    ) -> impl Future<Output = Result<Entry, JournalError>> + Send;

    /// Posts a draft: it gets its number, balances move; publishes it.
    fn post(&self, entry: &Entry) -> impl Future<Output = Result<Entry, JournalError>> + Send;

    /// Voids an entry: posts its reverse, or discards a draft, which has none.
    fn void(
        &self,
        entry: &Entry,
        reverse: Option<&EntryDraft>,
    ) -> impl Future<Output = Result<Entry, JournalError>> + Send;
}

/// Where source events are booked.
pub trait Books: Sync {
    /// Books an event once: its entry, its invoice, its credit; publishes the entry.
    fn book(&self, booking: &Booking) -> impl Future<Output = Result<Booked, Failure>> + Send;
}

/// Why no period was declared.
#[derive(Debug, thiserror::Error)]
pub enum OpenPeriodError {
    /// It does not start on the first day of a month.
    #[error("the period does not begin on the first of a month")]
    Start,
    /// It does not end on the last day of a month after its start.
    #[error("the period does not end on the last of a month")]
    End,
    /// The name is taken.
    #[error("the name is taken")]
    NameTaken,
    /// It overlaps with this period.
    #[error("the period shares days with {0}")]
    Overlaps(String),
    /// The outside failed.
    #[error(transparent)]
    Failure(#[from] Failure),
}

/// Why the period was not closed.
#[derive(Debug, thiserror::Error)]
pub enum ClosePeriodError {
    /// There is no such period.
    #[error("no such period")]
    NotFound,
    /// It was closed before.
    #[error("the period was closed before")]
    ClosedBefore,
    /// The outside failed.
    #[error(transparent)]
    Failure(#[from] Failure),
}

/// Fiscal periods.
pub trait Periods: Sync {
    /// A period.
    fn find(&self, id: PeriodId) -> impl Future<Output = Result<Option<Period>, Failure>> + Send;

    /// Declares a period.
    fn add(&self, period: &Period) -> impl Future<Output = Result<(), OpenPeriodError>> + Send;

    /// Closes a period.
    fn close(&self, period: &Period) -> impl Future<Output = Result<(), ClosePeriodError>> + Send;
}

/// Which days are closed: those of a closed period, and those of none.
pub trait ClosedPeriods: Sync {
    /// The first day from this one on that is in an open period.
    fn open_day(&self, day: Date) -> impl Future<Output = Result<Option<Date>, Failure>> + Send;

    /// Opens the months of the day's year that are in no period.
    fn open_year_of(&self, day: Date) -> impl Future<Output = Result<(), Failure>> + Send;

    /// The closed periods that end on this day or later, as (first day, last day).
    fn closed_from(&self, day: Date) -> impl Future<Output = Result<Vec<(Date, Date)>, Failure>> + Send;
}
