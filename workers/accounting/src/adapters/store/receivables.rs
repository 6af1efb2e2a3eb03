//! Invoices and their payments over SQL. What becomes of credits and payments is in `credits.rs`.

use contracts::Event;
use contracts::events::InvoicePaid;
use kernel::ids::{CreditId, CustomerId, EntryId, InvoiceId, OrderId, PaymentId};
use kernel::{Currency, Date, Failure, Limit, Money};
use serde::Deserialize;
use store::{DatabaseError, values};

use super::credits::{CreditRow, PaymentRow};
use super::journal::{patch_entry_number, posted_number, push_posted_entry, refusal};
use super::sql::receivables as sql;
use super::{Store, money};
use crate::application::ports::{BookedPayment, FindReceivables, PayInvoiceError, Receivables};
use crate::domain::booking::BookingError;
use crate::domain::credit::{Credit, PaymentRecord};
use crate::domain::entry::EntryDraft;
use crate::domain::invoice::{Invoice, InvoiceStatus, Payment};

/// Which invoices a list has, and where its page starts.
pub(crate) struct InvoiceFilter {
    pub(crate) customer_id: Option<CustomerId>,
    pub(crate) status: Option<InvoiceStatus>,
    /// The id of the last invoice of the page before.
    pub(crate) before: String,
    pub(crate) limit: Limit,
}

#[derive(Deserialize)]
struct InvoiceRow {
    id: InvoiceId,
    invoice_number: String,
    order_id: OrderId,
    order_number: String,
    customer_id: Option<CustomerId>,
    customer_name: Option<String>,
    purchase_order_number: Option<String>,
    issue_date: Date,
    due_date: Date,
    total_minor: i64,
    paid_minor: i64,
    credited_minor: i64,
    open_minor: i64,
    status: InvoiceStatus,
    booked_on: Date,
    reopened_on: Option<Date>,
}

impl InvoiceRow {
    fn invoice(self, currency: Currency) -> Result<Invoice, DatabaseError> {
        Ok(Invoice {
            id: self.id,
            invoice_number: self.invoice_number,
            order_id: self.order_id,
            order_number: self.order_number,
            customer_id: self.customer_id,
            customer_name: self.customer_name,
            purchase_order_number: self.purchase_order_number,
            issue_date: self.issue_date,
            due_date: self.due_date,
            booked_on: self.booked_on,
            reopened_on: self.reopened_on,
            total: money(self.total_minor, currency)?,
            paid: money(self.paid_minor, currency)?,
            credited: money(self.credited_minor, currency)?,
            open: money(self.open_minor, currency)?,
            status: self.status,
        })
    }
}

/// What one customer owes, by how long it is overdue.
#[derive(Debug, Default, Clone, Deserialize)]
pub(crate) struct Ageing {
    pub(crate) customer_id: Option<CustomerId>,
    pub(crate) customer_name: Option<String>,
    pub(crate) invoices: i64,
    pub(crate) total_minor: i64,
    pub(crate) current_minor: i64,
    pub(crate) days_1_to_30_minor: i64,
    pub(crate) days_31_to_60_minor: i64,
    pub(crate) days_61_to_90_minor: i64,
    pub(crate) over_90_minor: i64,
    pub(crate) credit_minor: i64,
}

impl Store<'_> {
    /// A page of invoices, newest first, with one extra row when there is more.
    pub(crate) async fn list_invoices(&self, filter: &InvoiceFilter) -> Result<Vec<Invoice>, DatabaseError> {
        let (before, rows) = (filter.before.as_str(), filter.limit.rows().saturating_add(1));
        let status = filter.status.map(InvoiceStatus::as_str);
        let statement = match (filter.customer_id, status) {
            (None, None) => sql::LIST_INVOICES.bind(values![before, rows]),
            (None, Some(status)) => sql::LIST_INVOICES_BY_STATUS.bind(values![before, rows, status]),
            (Some(customer), None) => sql::LIST_INVOICES_BY_CUSTOMER.bind(values![before, rows, customer]),
            (Some(customer), Some(status)) => {
                sql::LIST_INVOICES_BY_CUSTOMER_AND_STATUS.bind(values![before, rows, customer, status])
            }
        };
        let (rows, currency) = (self.context.query(statement).await?, self.context.currency());
        rows.read::<InvoiceRow>()?.into_iter().map(|row| row.invoice(currency)).collect()
    }

    /// What was open and left by customer and age at the end of a day.
    pub(crate) async fn ageing(&self, day: Date) -> Result<Vec<Ageing>, DatabaseError> {
        self.context.query(sql::LIST_AGEING.bind(values![day])).await?.read()
    }
}

impl<T: Sync> Store<'_, T> {
    pub(crate) async fn find_invoice(&self, id: InvoiceId) -> Result<Option<Invoice>, Failure> {
        let rows = self.context.query(sql::FIND_INVOICE.bind(values![id])).await?;
        let currency = self.context.currency();
        Ok(rows.first::<InvoiceRow>()?.map(|row| row.invoice(currency)).transpose()?)
    }
}

impl<T: Sync> FindReceivables for Store<'_, T> {
    async fn find(&self, id: InvoiceId) -> Result<Option<Invoice>, Failure> {
        self.find_invoice(id).await
    }

    async fn find_credit(&self, id: CreditId) -> Result<Option<Credit>, Failure> {
        let row = self.context.query(sql::FIND_CREDIT.bind(values![id])).await?.first::<CreditRow>()?;
        Ok(row.map(|row| row.credit(self.context.currency())).transpose()?)
    }

    async fn find_payment(&self, id: PaymentId) -> Result<Option<PaymentRecord>, Failure> {
        let row = self.context.query(sql::FIND_PAYMENT.bind(values![id])).await?.first::<PaymentRow>()?;
        Ok(row.map(|row| row.payment(self.context.currency())).transpose()?)
    }
}

impl Receivables for Store<'_, BookedPayment> {
    async fn pay(
        &self,
        invoice: &Invoice,
        payment: &Payment,
        applied: Money,
        entry: &EntryDraft,
    ) -> Result<BookedPayment, PayInvoiceError> {
        let (context, mut unit) = (self.context, self.context.unit());
        let entry_id: EntryId = context.new_id().map_err(Failure::from)?;
        let posted = push_posted_entry(context, &mut unit, entry_id, entry)?;
        unit.push(sql::INSERT_PAYMENT.bind(values![
            payment.id,
            payment.invoice_id,
            payment.amount.minor(),
            payment.method.as_str(),
            &payment.reference,
            payment.paid_at,
            entry_id,
            context.caller.subject.as_str(),
            context.now(),
            applied.minor()
        ]));
        let event = InvoicePaid {
            invoice_id: invoice.id,
            order_id: invoice.order_id,
            customer_id: invoice.customer_id,
            amount: payment.amount,
        };
        context.publish(&mut unit, &Event::InvoicePaid(event), invoice.id)?;
        let credit = payment.amount.minus(applied).map_err(BookingError::from)?;
        let booked =
            BookedPayment { payment: payment.clone(), applied, credit, entry_id, entry_number: None };
        self.present.keep(self.context, &mut unit, &booked)?;
        patch_entry_number(&mut unit, entry_id);
        match context.commit(unit).await {
            Ok(rows) => {
                let number = posted_number(rows, posted).map_err(Failure::from)?;
                Ok(BookedPayment { entry_number: Some(number), ..booked })
            }
            Err(error) if error.rule() == Some("invoices_not_overpaid") => Err(PayInvoiceError::Stale),
            Err(error) => Err(match refusal(&error) {
                Some(refusal) => PayInvoiceError::Refused(refusal),
                None => Failure::from(error).into(),
            }),
        }
    }
}
