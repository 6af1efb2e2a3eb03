//! What the use cases need of the world, in their own words. Every writing method is one whole
//! business transaction.

use std::future::Future;

use kernel::ids::{EntryId, InvoiceId, PeriodId};
use kernel::text::Code;
use kernel::{Date, Failure};

use crate::domain::account::Account;
use crate::domain::booking::Booking;
use crate::domain::entry::{Entry, EntryDraft};
use crate::domain::invoice::{Invoice, Payment};
use crate::domain::period::Period;

/// How adding an account ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Added {
    /// It is in the chart.
    Done,
    /// The code is taken.
    Exists,
    /// The parent is no header of the same type.
    NoSuchHeader,
}

/// How changing an account ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Changed {
    /// As asked.
    Done,
    /// Somebody changed it meanwhile.
    Stale,
    /// An account with a balance cannot be archived.
    HasBalance,
    /// A header with accounts in use cannot be archived.
    HasChildren,
    /// Source events book on it: it stays active.
    System,
}

/// The chart of accounts.
pub trait Chart: Sync {
    /// An account.
    fn find(&self, code: &Code) -> impl Future<Output = Result<Option<Account>, Failure>> + Send;

    /// Those of these accounts that exist.
    fn find_all(&self, codes: &[&Code]) -> impl Future<Output = Result<Vec<Account>, Failure>> + Send;

    /// Adds an account; publishes it.
    fn add(&self, account: &Account) -> impl Future<Output = Result<Added, Failure>> + Send;

    /// Changes name and status of the account as it was at `version`.
    fn change(
        &self,
        account: &Account,
        version: i64,
    ) -> impl Future<Output = Result<Changed, Failure>> + Send;
}

/// Why the journal refuses an entry or a change of one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Refusal {
    /// The sides differ.
    Unbalanced,
    /// Fewer than two lines.
    TooFewLines,
    /// An account takes no lines: its code, and why.
    Account(String, &'static str),
    /// The entry's day is in this closed period.
    PeriodClosed(String),
    /// A balance would grow beyond what an amount can hold.
    BalanceTooLarge,
    /// Only a draft is posted.
    NotADraft,
    /// It was voided before.
    AlreadyVoided,
    /// A source event made it: it is undone where it came from.
    AtTheSource,
    /// It undoes another entry, and stays.
    ReverseStays,
}

/// The entry as it is now, or why nothing happened.
pub type Written = Result<Entry, Refusal>;

/// How booking an event ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Booked {
    /// Booked now.
    Now,
    /// Booked by an earlier event of the same source.
    Before,
    /// Its day is in a closed period; nothing was booked.
    PeriodClosed,
}

/// The journal.
pub trait Journal: Sync {
    /// An entry with its lines.
    fn find(&self, id: EntryId) -> impl Future<Output = Result<Option<Entry>, Failure>> + Send;

    /// Writes an entry, and posts it when told; a posted entry is published.
    fn record(&self, draft: &EntryDraft, post: bool)
    -> impl Future<Output = Result<Written, Failure>> + Send;

    /// Posts a draft: it gets its number, balances move; publishes it.
    fn post(&self, entry: &Entry) -> impl Future<Output = Result<Written, Failure>> + Send;

    /// Voids an entry: posts its reverse, or gives up a draft, which has none.
    fn void(
        &self,
        entry: &Entry,
        reverse: Option<&EntryDraft>,
    ) -> impl Future<Output = Result<Written, Failure>> + Send;

    /// Books an event once: its entry, its invoice, its credit; publishes the entry.
    fn book(&self, booking: &Booking) -> impl Future<Output = Result<Booked, Failure>> + Send;
}

/// How declaring a period ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Declared {
    /// It is declared.
    Done,
    /// The name is taken.
    NameTaken,
    /// It shares days with this period.
    Overlaps(String),
}

/// Fiscal periods.
pub trait Periods: Sync {
    /// A period.
    fn find(&self, id: PeriodId) -> impl Future<Output = Result<Option<Period>, Failure>> + Send;

    /// Declares a period.
    fn add(&self, period: &Period) -> impl Future<Output = Result<Declared, Failure>> + Send;

    /// Closes a period; false when it was closed before.
    fn close(&self, period: &Period) -> impl Future<Output = Result<bool, Failure>> + Send;

    /// The closed periods that end on this day or later, as (first day, last day).
    fn closed_from(&self, day: Date) -> impl Future<Output = Result<Vec<(Date, Date)>, Failure>> + Send;
}

/// How taking a payment ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Paid {
    /// Booked by this entry.
    Done(BookedPayment),
    /// More than the invoice is open for.
    Overpaid,
    /// The journal refuses the entry.
    Refused(Refusal),
}

/// A payment with the entry that booked it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BookedPayment {
    /// The payment.
    pub payment: Payment,
    /// Its entry.
    pub entry_id: EntryId,
    /// The entry's number.
    pub entry_number: Option<String>,
}

/// Invoices and what was paid on them.
pub trait Receivables: Sync {
    /// An invoice.
    fn find(&self, id: InvoiceId) -> impl Future<Output = Result<Option<Invoice>, Failure>> + Send;

    /// Takes a payment: its entry and what it takes off the invoice; publishes it.
    fn pay(
        &self,
        invoice: &Invoice,
        payment: &Payment,
        entry: &EntryDraft,
    ) -> impl Future<Output = Result<Paid, Failure>> + Send;
}
