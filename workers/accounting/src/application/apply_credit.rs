//! Settles an invoice with a customer's credit. It moves no money and books nothing.

use kernel::ids::{CreditId, InvoiceId};
use kernel::{Date, Money};

use super::ports::{Applications, ClosedPeriods, CreditError};
use crate::domain::credit::{Application, settlement_day};
use crate::domain::period::next_open_day;

/// A requested application.
#[derive(Debug)]
pub struct ApplyCredit {
    pub credit_id: CreditId,
    pub invoice_id: InvoiceId,
    /// As much as possible by default.
    pub amount: Option<Money>,
    /// The day from which it settles; today by default.
    pub date: Option<Date>,
    /// Today in the time zone of the books.
    pub today: Date,
}

/// Applies one credit to one invoice of the same customer.
pub async fn apply_credit(
    receivables: &(impl Applications + ClosedPeriods),
    request: ApplyCredit,
) -> Result<Application, CreditError> {
    let credit = receivables.find_credit(request.credit_id).await?.ok_or(CreditError::NotFound)?;
    let invoice = receivables.find(request.invoice_id).await?.ok_or(CreditError::NoInvoice)?;
    if credit.customer_id != invoice.customer_id && credit.order_id != Some(invoice.order_id) {
        return Err(CreditError::OtherCustomer);
    }
    let most = if credit.left.minor() < invoice.open.minor() { credit.left } else { invoice.open };
    let amount = request.amount.unwrap_or(most);
    if !amount.is_positive() {
        return Err(if request.amount.is_some() {
            CreditError::NotPositive
        } else {
            CreditError::NothingLeft
        });
    }
    if amount.minor() > most.minor() {
        return Err(CreditError::TooMuch(most));
    }
    let first = credit.usable_from().max(invoice.open_from());
    let date = settlement_day(request.date, request.today, first).ok_or(CreditError::TooEarly(first))?;
    if next_open_day(date, &receivables.closed_from(date).await?) != date {
        return Err(CreditError::PeriodClosed);
    }
    let application = Application { credit_id: credit.id, invoice_id: invoice.id, amount, date };
    receivables.apply(&application).await?;
    Ok(application)
}
