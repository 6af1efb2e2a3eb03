//! What clients see of the books' things, and how the outcomes of the use cases are answered.

use contracts::terms::PaymentMethod;
use kernel::ids::{CustomerId, EntryId, InvoiceId, OrderId, PaymentId, PeriodId};
use kernel::text::{Code, Name, ShortText};
use kernel::{Date, Money, Timestamp};
use schemars::JsonSchema;
use serde::Serialize;
use web::{Answer, Created, Present, Reply, Tagged};

use crate::application::ports::BookedPayment;
use crate::domain::account::{Account, AccountStatus, AccountType, Direction};
use crate::domain::entry::{Entry, EntryLine, EntryStatus, EntryType};
use crate::domain::invoice::{Invoice, InvoiceStatus};
use crate::domain::period::{Period, PeriodStatus};

/// An account.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[expect(clippy::struct_excessive_bools, reason = "as clients read it: four marks of an account")]
#[schemars(rename = "Account")]
pub(super) struct AccountView {
    pub(super) code: Code,
    name: Name,
    #[serde(rename = "type")]
    account_type: AccountType,
    normal_balance: Direction,
    parent_code: Option<Code>,
    is_header: bool,
    is_cash: bool,
    is_control: bool,
    is_system: bool,
    status: AccountStatus,
    created_at: Timestamp,
    version: i64,
}

impl From<&Account> for AccountView {
    fn from(account: &Account) -> Self {
        Self {
            code: account.code.clone(),
            name: account.name.clone(),
            account_type: account.account_type,
            normal_balance: account.normal_balance,
            parent_code: account.parent_code.clone(),
            is_header: account.is_header,
            is_cash: account.is_cash,
            is_control: account.is_control,
            is_system: account.is_system,
            status: account.status,
            created_at: account.created_at,
            version: account.version,
        }
    }
}

/// A line of an entry.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "JournalLine")]
pub(super) struct LineView {
    account_code: Code,
    direction: Direction,
    amount: Money,
}

impl From<&EntryLine> for LineView {
    fn from(line: &EntryLine) -> Self {
        Self { account_code: line.account_code.clone(), direction: line.direction, amount: line.amount }
    }
}

/// A journal entry.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "JournalEntry")]
pub(super) struct EntryView {
    pub(super) id: EntryId,
    entry_number: Option<String>,
    pub(super) entry_date: Date,
    description: ShortText,
    reference: Option<ShortText>,
    entry_type: EntryType,
    status: EntryStatus,
    total: Money,
    lines: Vec<LineView>,
    source_id: Option<String>,
    reverses_entry_id: Option<EntryId>,
    reversed_by_entry_id: Option<EntryId>,
    created_by: String,
    created_at: Timestamp,
    posted_at: Option<Timestamp>,
}

impl From<&Entry> for EntryView {
    fn from(entry: &Entry) -> Self {
        Self {
            id: entry.id,
            entry_number: entry.entry_number.clone(),
            entry_date: entry.entry_date,
            description: entry.description.clone(),
            reference: entry.reference.clone(),
            entry_type: entry.entry_type,
            status: entry.status,
            total: entry.total,
            lines: entry.lines.iter().map(LineView::from).collect(),
            source_id: entry.source_id.clone(),
            reverses_entry_id: entry.reverses_entry_id,
            reversed_by_entry_id: entry.reversed_by_entry_id,
            created_by: entry.created_by.clone(),
            created_at: entry.created_at,
            posted_at: entry.posted_at,
        }
    }
}

/// A fiscal period.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "FiscalPeriod")]
pub(super) struct PeriodView {
    pub(super) id: PeriodId,
    name: Name,
    pub(super) start_date: Date,
    end_date: Date,
    status: PeriodStatus,
    created_at: Timestamp,
    closed_at: Option<Timestamp>,
}

impl From<&Period> for PeriodView {
    fn from(period: &Period) -> Self {
        Self {
            id: period.id,
            name: period.name.clone(),
            start_date: period.start_date,
            end_date: period.end_date,
            status: period.status,
            created_at: period.created_at,
            closed_at: period.closed_at,
        }
    }
}

/// An invoice.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "Invoice")]
pub(super) struct InvoiceView {
    pub(super) id: InvoiceId,
    invoice_number: String,
    order_id: OrderId,
    order_number: String,
    customer_id: Option<CustomerId>,
    customer_name: Option<String>,
    purchase_order_number: Option<String>,
    issue_date: Date,
    due_date: Date,
    total: Money,
    paid: Money,
    credited: Money,
    open: Money,
    status: InvoiceStatus,
}

impl From<&Invoice> for InvoiceView {
    fn from(invoice: &Invoice) -> Self {
        Self {
            id: invoice.id,
            invoice_number: invoice.invoice_number.clone(),
            order_id: invoice.order_id,
            order_number: invoice.order_number.clone(),
            customer_id: invoice.customer_id,
            customer_name: invoice.customer_name.clone(),
            purchase_order_number: invoice.purchase_order_number.clone(),
            issue_date: invoice.issue_date,
            due_date: invoice.due_date,
            total: invoice.total,
            paid: invoice.paid,
            credited: invoice.credited,
            open: invoice.open,
            status: invoice.status,
        }
    }
}

/// A payment on an invoice, with its entry.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "InvoicePayment")]
pub(super) struct PaymentView {
    id: PaymentId,
    invoice_id: InvoiceId,
    amount: Money,
    method: PaymentMethod,
    reference: Option<ShortText>,
    paid_at: Timestamp,
    entry_id: EntryId,
    entry_number: Option<String>,
}

impl From<&BookedPayment> for PaymentView {
    fn from(booked: &BookedPayment) -> Self {
        let payment = &booked.payment;
        Self {
            id: payment.id,
            invoice_id: payment.invoice_id,
            amount: payment.amount,
            method: payment.method,
            reference: payment.reference.clone(),
            paid_at: payment.paid_at,
            entry_id: booked.entry_id,
            entry_number: booked.entry_number.clone(),
        }
    }
}

/// 201 with the account.
pub(super) const ACCOUNT_OPENED: Present<Account> =
    Present::new(|account| Created(AccountView::from(account)).into_response());

/// 200 with the account and its version.
pub(super) const ACCOUNT_CHANGED: Present<Account> =
    Present::new(|account| Tagged(account.version, AccountView::from(account)).into_response());

/// 201 with the entry.
pub(super) const ENTRY_RECORDED: Present<Entry> =
    Present::new(|entry| Created(EntryView::from(entry)).into_response());

/// 200 with the entry.
pub(super) const ENTRY_CHANGED: Present<Entry> =
    Present::new(|entry| Reply(EntryView::from(entry)).into_response());

/// 201 with the period.
pub(super) const PERIOD_OPENED: Present<Period> =
    Present::new(|period| Created(PeriodView::from(period)).into_response());

/// 200 with the period.
pub(super) const PERIOD_CLOSED: Present<Period> =
    Present::new(|period| Reply(PeriodView::from(period)).into_response());

/// 201 with the payment and its entry.
pub(super) const INVOICE_PAID: Present<BookedPayment> =
    Present::new(|booked| Created(PaymentView::from(booked)).into_response());
