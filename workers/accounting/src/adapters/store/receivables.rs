//! Invoices, payments and credits over SQL.

use contracts::Event;
use contracts::events::InvoicePaid;
use kernel::ids::{CustomerId, EntryId, InvoiceId, OrderId};
use kernel::{Currency, Date, Failure, Limit};
use serde::Deserialize;
use store::{DatabaseError, values};

use super::journal::{patch_entry_number, posted_number, push_posted_entry, refusal};
use super::sql::receivables as sql;
use super::{Store, money, only};
use crate::application::ports::{BookedPayment, PayInvoiceError, Receivables};
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
}

#[derive(Deserialize)]
struct TotalRow {
    total_minor: i64,
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

    /// Open invoices by customer and age on a day, and the credits that were not applied to an invoice.
    pub(crate) async fn ageing(&self, day: Date) -> Result<(Vec<Ageing>, i64), DatabaseError> {
        let questions = [sql::LIST_AGEING.bind(values![day]), sql::SUM_CREDITS_LEFT.bind([])];
        let [customers, credits] = self.context.query_all(questions).await?;
        Ok((customers.read()?, only::<TotalRow>(credits)?.total_minor))
    }
}

impl<T: Sync> Store<'_, T> {
    pub(crate) async fn find_invoice(&self, id: InvoiceId) -> Result<Option<Invoice>, Failure> {
        let rows = self.context.query(sql::FIND_INVOICE.bind(values![id])).await?;
        let currency = self.context.currency();
        Ok(rows.first::<InvoiceRow>()?.map(|row| row.invoice(currency)).transpose()?)
    }
}

impl Receivables for Store<'_, BookedPayment> {
    async fn find(&self, id: InvoiceId) -> Result<Option<Invoice>, Failure> {
        self.find_invoice(id).await
    }

    async fn pay(
        &self,
        invoice: &Invoice,
        payment: &Payment,
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
            context.now()
        ]));
        let event = InvoicePaid {
            invoice_id: invoice.id,
            order_id: invoice.order_id,
            customer_id: invoice.customer_id,
            amount: payment.amount,
        };
        context.publish(&mut unit, &Event::InvoicePaid(event), invoice.id)?;
        let booked = BookedPayment { payment: payment.clone(), entry_id, entry_number: None };
        self.present.keep(self.context, &mut unit, &booked)?;
        patch_entry_number(&mut unit, entry_id);
        match context.commit(unit).await {
            Ok(rows) => {
                let number = posted_number(rows, posted).map_err(Failure::from)?;
                Ok(BookedPayment { entry_number: Some(number), ..booked })
            }
            Err(error) if error.rule() == Some("invoices_not_overpaid") => {
                Err(PayInvoiceError::Overpaid(invoice.open))
            }
            Err(error) => Err(match refusal(&error) {
                Some(refusal) => PayInvoiceError::Refused(refusal),
                None => Failure::from(error).into(),
            }),
        }
    }
}
