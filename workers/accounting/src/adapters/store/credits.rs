//! Credits of customers over SQL: applied, paid out; and payments taken back.

use contracts::Event;
use contracts::events::ReceivableChanged;
use contracts::terms::PaymentMethod;
use kernel::ids::{CreditId, CustomerId, EntryId, InvoiceId, OrderId, PaymentId};
use kernel::text::ShortText;
use kernel::{Currency, Date, Failure, Limit, Money, Timestamp};
use serde::Deserialize;
use store::{DatabaseError, Unit, values};

use super::journal::{patch_entry_number, posted_number, push_posted_entry, refusal};
use super::sql::receivables as sql;
use super::{Store, money};
use crate::application::ports::{Applications, CreditError, Payouts, Reversals, ReverseError};
use crate::domain::credit::{
    Application, Credit, CreditKind, CreditStatus, PaymentKind, PaymentRecord, Reversal,
};
use crate::domain::entry::EntryDraft;

#[derive(Deserialize)]
pub(super) struct CreditRow {
    id: CreditId,
    kind: CreditKind,
    customer_id: Option<CustomerId>,
    order_id: Option<OrderId>,
    date: Date,
    reopened_on: Option<Date>,
    amount_minor: i64,
    applied_minor: i64,
    paid_out_minor: i64,
    left_minor: i64,
}

impl CreditRow {
    pub(super) fn credit(self, currency: Currency) -> Result<Credit, DatabaseError> {
        Ok(Credit {
            id: self.id,
            kind: self.kind,
            customer_id: self.customer_id,
            order_id: self.order_id,
            date: self.date,
            reopened_on: self.reopened_on,
            amount: money(self.amount_minor, currency)?,
            applied: money(self.applied_minor, currency)?,
            paid_out: money(self.paid_out_minor, currency)?,
            left: money(self.left_minor, currency)?,
            status: if self.left_minor > 0 { CreditStatus::Open } else { CreditStatus::Used },
        })
    }
}

#[derive(Deserialize)]
pub(super) struct PaymentRow {
    id: PaymentId,
    kind: PaymentKind,
    customer_id: Option<CustomerId>,
    invoice_id: Option<InvoiceId>,
    invoice_number: Option<String>,
    credit_id: Option<CreditId>,
    amount_minor: i64,
    method: PaymentMethod,
    reference: Option<ShortText>,
    paid_at: Timestamp,
    entry_id: EntryId,
    entry_number: Option<String>,
    entry_date: Date,
    reversal_id: Option<PaymentId>,
    reason: Option<ShortText>,
    reversal_entry_id: Option<EntryId>,
    reversal_number: Option<String>,
    reversed_on: Option<Date>,
}

impl PaymentRow {
    pub(super) fn payment(self, currency: Currency) -> Result<PaymentRecord, DatabaseError> {
        let reversal = match (self.reversal_id, self.reason, self.reversal_entry_id, self.reversed_on) {
            (Some(id), Some(reason), Some(entry_id), Some(date)) => {
                let entry_number = self.reversal_number;
                Some(Reversal { id, payment_id: self.id, reason, date, entry_id, entry_number })
            }
            _ => None,
        };
        Ok(PaymentRecord {
            id: self.id,
            kind: self.kind,
            customer_id: self.customer_id,
            invoice_id: self.invoice_id,
            invoice_number: self.invoice_number,
            credit_id: self.credit_id,
            amount: money(self.amount_minor, currency)?,
            method: self.method,
            reference: self.reference,
            paid_at: self.paid_at,
            entry_id: self.entry_id,
            entry_number: self.entry_number,
            entry_date: self.entry_date,
            reversal,
        })
    }
}

/// Which credits a list has, and where its page starts.
pub(crate) struct CreditFilter {
    pub(crate) customer_id: Option<CustomerId>,
    /// Only those of which something is left.
    pub(crate) open: bool,
    /// The id of the last credit of the page before.
    pub(crate) before: String,
    pub(crate) limit: Limit,
}

/// Whose payments a list has.
pub(crate) enum PaymentsOf {
    Everybody,
    Customer(CustomerId),
    Invoice(InvoiceId),
}

impl Store<'_> {
    /// A page of credits, newest first, with one extra row when there is more.
    pub(crate) async fn list_credits(&self, filter: &CreditFilter) -> Result<Vec<Credit>, DatabaseError> {
        let (before, rows) = (filter.before.as_str(), filter.limit.rows().saturating_add(1));
        let statement = match (filter.open, filter.customer_id) {
            (false, None) => sql::LIST_CREDITS.bind(values![before, rows]),
            (false, Some(customer)) => sql::LIST_CREDITS_BY_CUSTOMER.bind(values![before, rows, customer]),
            (true, None) => sql::LIST_OPEN_CREDITS.bind(values![before, rows]),
            (true, Some(customer)) => {
                sql::LIST_OPEN_CREDITS_BY_CUSTOMER.bind(values![before, rows, customer])
            }
        };
        let (rows, currency) = (self.context.query(statement).await?, self.context.currency());
        rows.read::<CreditRow>()?.into_iter().map(|row| row.credit(currency)).collect()
    }

    /// A page of payments of both ways before an id, newest first, with one extra row when there is more.
    pub(crate) async fn list_payments(
        &self,
        of: PaymentsOf,
        before: &str,
        limit: Limit,
    ) -> Result<Vec<PaymentRecord>, DatabaseError> {
        let rows = limit.rows().saturating_add(1);
        let statement = match of {
            PaymentsOf::Everybody => sql::LIST_PAYMENTS.bind(values![before, rows]),
            PaymentsOf::Customer(id) => sql::LIST_PAYMENTS_BY_CUSTOMER.bind(values![before, rows, id]),
            PaymentsOf::Invoice(id) => sql::LIST_PAYMENTS_BY_INVOICE.bind(values![before, rows, id]),
        };
        let (rows, currency) = (self.context.query(statement).await?, self.context.currency());
        rows.read::<PaymentRow>()?.into_iter().map(|row| row.payment(currency)).collect()
    }
}

impl<T: Sync> Store<'_, T> {
    /// Publishes that a customer owes more or less. One whom nobody knows has no exposure.
    fn tell_of_change(
        &self,
        unit: &mut Unit,
        customer_id: Option<CustomerId>,
        payment_id: PaymentId,
        amount: Money,
    ) -> Result<(), Failure> {
        let Some(customer_id) = customer_id else { return Ok(()) };
        let event = ReceivableChanged { customer_id, payment_id, amount };
        self.context.publish(unit, &Event::ReceivableChanged(event), payment_id)
    }
}

/// Whether the credit or the invoice has changed since it was read.
fn is_changed(error: &DatabaseError) -> bool {
    matches!(
        error.rule(),
        Some(
            "customer_credits_spent"
                | "customer_credits_applied"
                | "invoices_not_overpaid"
                | "settlements_day"
        )
    )
}

fn credit_error(error: DatabaseError) -> CreditError {
    if is_changed(&error) {
        return CreditError::Changed;
    }
    match refusal(&error) {
        Some(refusal) => CreditError::Refused(refusal),
        None => Failure::from(error).into(),
    }
}

impl Applications for Store<'_, Application> {
    async fn apply(&self, application: &Application) -> Result<(), CreditError> {
        let (context, mut unit) = (self.context, self.context.unit());
        let id: PaymentId = context.new_id().map_err(Failure::from)?;
        unit.push(sql::INSERT_APPLICATION.bind(values![
            format!("credit:{}:{id}", application.credit_id),
            application.invoice_id,
            application.credit_id,
            application.amount.minor(),
            application.date,
            context.now()
        ]));
        self.present.keep(context, &mut unit, application)?;
        context.commit(unit).await.map_err(credit_error)?;
        Ok(())
    }
}

impl Payouts for Store<'_, PaymentRecord> {
    async fn pay_out(
        &self,
        payout: &PaymentRecord,
        entry: &EntryDraft,
    ) -> Result<PaymentRecord, CreditError> {
        let (context, mut unit) = (self.context, self.context.unit());
        let entry_id = payout.entry_id;
        let posted = push_posted_entry(context, &mut unit, entry_id, entry)?;
        unit.push(sql::INSERT_PAYOUT.bind(values![
            payout.id,
            payout.credit_id,
            payout.customer_id,
            payout.amount.minor(),
            payout.method.as_str(),
            &payout.reference,
            payout.paid_at,
            entry_id,
            context.caller.subject.as_str(),
            context.now()
        ]));
        self.tell_of_change(&mut unit, payout.customer_id, payout.id, payout.amount)?;
        self.present.keep(context, &mut unit, payout)?;
        patch_entry_number(&mut unit, entry_id);
        let rows = context.commit(unit).await.map_err(credit_error)?;
        let number = posted_number(rows, posted).map_err(Failure::from)?;
        Ok(PaymentRecord { entry_number: Some(number), ..payout.clone() })
    }
}

impl Reversals for Store<'_, Reversal> {
    async fn reverse(
        &self,
        payment: &PaymentRecord,
        id: PaymentId,
        reason: &ShortText,
        entry: &EntryDraft,
    ) -> Result<Reversal, ReverseError> {
        let (context, mut unit) = (self.context, self.context.unit());
        let entry_id: EntryId = context.new_id().map_err(Failure::from)?;
        let posted = push_posted_entry(context, &mut unit, entry_id, entry)?;
        let (received, paid_out) = match payment.kind {
            PaymentKind::Received => (Some(payment.id), None),
            PaymentKind::PaidOut => (None, Some(payment.id)),
        };
        unit.push(sql::INSERT_REVERSAL.bind(values![
            id,
            received,
            paid_out,
            reason,
            entry_id,
            context.caller.subject.as_str(),
            context.now()
        ]));
        let more = match payment.kind {
            PaymentKind::Received => payment.amount,
            PaymentKind::PaidOut => payment.amount.negated(),
        };
        self.tell_of_change(&mut unit, payment.customer_id, id, more)?;
        let reversed = Reversal {
            id,
            payment_id: payment.id,
            reason: reason.clone(),
            date: entry.entry_date,
            entry_id,
            entry_number: None,
        };
        self.present.keep(context, &mut unit, &reversed)?;
        patch_entry_number(&mut unit, entry_id);
        match context.commit(unit).await {
            Ok(rows) => {
                let number = posted_number(rows, posted).map_err(Failure::from)?;
                Ok(Reversal { entry_number: Some(number), ..reversed })
            }
            Err(error) => Err(match error.rule() {
                Some("payment_reversals_once") => ReverseError::ReversedBefore,
                Some("payment_reversals_paid_out") => ReverseError::PaidOut,
                Some("payment_reversals_credit_day") => ReverseError::BeforeItsCredit,
                _ => match refusal(&error) {
                    Some(refusal) => ReverseError::Refused(refusal),
                    None => Failure::from(error).into(),
                },
            }),
        }
    }
}
