//! Invoices, payments and credits.

use std::future::Future;

use kernel::ids::{CreditId, EntryId, InvoiceId, PaymentId};
use kernel::text::ShortText;
use kernel::{Date, Failure, Money};
use schemars::JsonSchema;
use serde::Serialize;

use crate::application::journal_error::Refusal;
use crate::domain::booking::BookingError;
use crate::domain::credit::{Application, Credit, PaymentRecord, Reversal};
use crate::domain::entry::EntryDraft;
use crate::domain::invoice::{Invoice, Payment};

/// Why no payment was recorded.
#[derive(Debug, thiserror::Error)]
pub enum PayInvoiceError {
    /// There is no such invoice.
    #[error("no such invoice")]
    NotFound,
    /// Zero or negative.
    #[error("the amount is not above zero")]
    NotPositive,
    /// A purchase order is a promise, not money.
    #[error("an invoice is not paid by purchase order")]
    NotMoney,
    /// Less of the invoice is open by now: calculate again.
    #[error("the invoice has changed")]
    Stale,
    /// The journal refuses.
    #[error("the journal refuses: {0:?}")]
    Refused(Refusal),
    /// Its entry cannot be made.
    #[error(transparent)]
    Booking(#[from] BookingError),
    /// The outside failed.
    #[error(transparent)]
    Failure(#[from] Failure),
}

/// Why a credit was not used.
#[derive(Debug, thiserror::Error)]
pub enum CreditError {
    /// There is no such credit.
    #[error("no such credit")]
    NotFound,
    /// There is no such invoice.
    #[error("no such invoice")]
    NoInvoice,
    /// The invoice is another customer's.
    #[error("the invoice is another customer's")]
    OtherCustomer,
    /// Zero or negative.
    #[error("the amount is not above zero")]
    NotPositive,
    /// The credit is used up, or the invoice is not open.
    #[error("nothing is left")]
    NothingLeft,
    /// More than this much is not left, or not open.
    #[error("only {0} can be used")]
    TooMuch(Money),
    /// Before this day credit or invoice did not exist.
    #[error("not before {0}")]
    TooEarly(Date),
    /// The day is in a closed period.
    #[error("the period is closed")]
    PeriodClosed,
    /// A purchase order is a promise, not money.
    #[error("credit is not paid out by purchase order")]
    NotMoney,
    /// The credit or the invoice has changed in the meantime.
    #[error("the credit has changed")]
    Changed,
    /// The journal refuses.
    #[error("the journal refuses: {0:?}")]
    Refused(Refusal),
    /// Its entry cannot be made.
    #[error(transparent)]
    Booking(#[from] BookingError),
    /// The outside failed.
    #[error(transparent)]
    Failure(#[from] Failure),
}

/// Why a payment was not reversed.
#[derive(Debug, thiserror::Error)]
pub enum ReverseError {
    /// There is no such payment.
    #[error("no such payment")]
    NotFound,
    /// It was reversed before.
    #[error("the payment was reversed before")]
    ReversedBefore,
    /// Not before the day of the payment, which is this one.
    #[error("not before {0}")]
    TooEarly(Date),
    /// The credit that it left was paid out.
    #[error("its credit was paid out")]
    PaidOut,
    /// A use of the credit that it left was taken back later.
    #[error("its credit was used at that day")]
    BeforeItsCredit,
    /// The journal refuses.
    #[error("the journal refuses: {0:?}")]
    Refused(Refusal),
    /// Its entry cannot be made.
    #[error(transparent)]
    Booking(#[from] BookingError),
    /// The outside failed.
    #[error(transparent)]
    Failure(#[from] Failure),
}

/// A payment on an invoice, with the entry that booked it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "InvoicePayment")]
pub struct BookedPayment {
    #[serde(flatten)]
    pub payment: Payment,
    /// What settles the invoice.
    pub applied: Money,
    /// What is too much: the customer's credit, under the payment's id.
    pub credit: Money,
    pub entry_id: EntryId,
    pub entry_number: Option<String>,
}

/// Read access to invoices, payments and credits.
pub trait FindReceivables: Sync {
    /// An invoice.
    fn find(&self, id: InvoiceId) -> impl Future<Output = Result<Option<Invoice>, Failure>> + Send;

    /// A credit.
    fn find_credit(&self, id: CreditId) -> impl Future<Output = Result<Option<Credit>, Failure>> + Send;

    /// A payment of either way.
    fn find_payment(
        &self,
        id: PaymentId,
    ) -> impl Future<Output = Result<Option<PaymentRecord>, Failure>> + Send;
}

/// Payments of invoices.
pub trait Receivables: FindReceivables {
    /// Records a payment, of which `applied` settles the invoice: its entry, the settlement, the credit of the rest;
    /// publishes it. `Stale` when less is open by now.
    fn pay(
        &self,
        invoice: &Invoice,
        payment: &Payment,
        applied: Money,
        entry: &EntryDraft,
    ) -> impl Future<Output = Result<BookedPayment, PayInvoiceError>> + Send;
}

/// Invoices that are settled with credit.
pub trait Applications: FindReceivables {
    /// Settles an invoice with a credit. `Changed` when not so much is left or open by now.
    fn apply(&self, application: &Application) -> impl Future<Output = Result<(), CreditError>> + Send;
}

/// Credit that is paid out.
pub trait Payouts: FindReceivables {
    /// Records that credit was paid out, with its entry; publishes it. `Changed` when not so much is left by now.
    fn pay_out(
        &self,
        payout: &PaymentRecord,
        entry: &EntryDraft,
    ) -> impl Future<Output = Result<PaymentRecord, CreditError>> + Send;
}

/// Payments that are taken back.
pub trait Reversals: FindReceivables {
    /// Records a reversal, with its entry; publishes it.
    fn reverse(
        &self,
        payment: &PaymentRecord,
        id: PaymentId,
        reason: &ShortText,
        entry: &EntryDraft,
    ) -> impl Future<Output = Result<Reversal, ReverseError>> + Send;
}
