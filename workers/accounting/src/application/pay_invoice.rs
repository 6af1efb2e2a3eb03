//! Records a payment of an invoice, in whole, in part or too much, and books it.

use contracts::terms::PaymentMethod;
use kernel::{Date, Failure};

use super::ports::{BookedPayment, Receivables};
use crate::domain::booking::payment_received;
use crate::domain::invoice::Payment;

pub use super::ports::PayInvoiceError;

/// How often it is calculated again because another payment of the invoice was faster.
const ATTEMPTS_MAX: u32 = 5;

/// Takes one payment, which belongs to a day. What it has too much becomes the customer's credit.
pub async fn pay_invoice(
    receivables: &impl Receivables,
    payment: &Payment,
    day: Date,
) -> Result<BookedPayment, PayInvoiceError> {
    if !payment.amount.is_positive() {
        return Err(PayInvoiceError::NotPositive);
    }
    if payment.method == PaymentMethod::PurchaseOrder {
        return Err(PayInvoiceError::NotMoney);
    }
    for _ in 0..ATTEMPTS_MAX {
        let invoice = receivables.find(payment.invoice_id).await?.ok_or(PayInvoiceError::NotFound)?;
        let entry = payment_received(payment, day, &invoice.invoice_number)?;
        let applied =
            if payment.amount.minor() < invoice.open.minor() { payment.amount } else { invoice.open };
        match receivables.pay(&invoice, payment, applied, &entry).await {
            Err(PayInvoiceError::Stale) => {}
            booked => return booked,
        }
    }
    Err(Failure::Unknown("other payments of the invoice are in progress".to_owned()).into())
}
