//! Takes a payment on an invoice, in part or whole, and books it.

use contracts::terms::PaymentMethod;
use kernel::{Failure, Money};

use super::ports::{BookedPayment, Paid, Receivables, Refusal};
use crate::domain::booking::{BookingError, payment_received};
use crate::domain::invoice::Payment;

/// Why nothing was taken.
#[derive(Debug, thiserror::Error)]
pub enum PayInvoiceError {
    /// There is no such invoice.
    #[error("no such invoice")]
    NotFound,
    /// Nothing, or less.
    #[error("the amount is not above zero")]
    NotPositive,
    /// A purchase order is a promise, not money.
    #[error("an invoice is not paid by purchase order")]
    NotMoney,
    /// More than is open: this much.
    #[error("only {0} is open")]
    Overpaid(Money),
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

/// Takes one payment.
pub async fn pay_invoice(
    receivables: &impl Receivables,
    payment: &Payment,
) -> Result<BookedPayment, PayInvoiceError> {
    if !payment.amount.is_positive() {
        return Err(PayInvoiceError::NotPositive);
    }
    if payment.method == PaymentMethod::PurchaseOrder {
        return Err(PayInvoiceError::NotMoney);
    }
    let invoice = receivables.find(payment.invoice_id).await?.ok_or(PayInvoiceError::NotFound)?;
    let entry = payment_received(payment, &invoice.invoice_number)?;
    match receivables.pay(&invoice, payment, &entry).await? {
        Paid::Done(booked) => Ok(booked),
        Paid::Overpaid => Err(PayInvoiceError::Overpaid(invoice.open)),
        Paid::Refused(refusal) => Err(PayInvoiceError::Refused(refusal)),
    }
}
