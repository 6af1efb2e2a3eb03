//! Records a full or partial payment of an invoice, and books it.

use contracts::terms::PaymentMethod;

use super::ports::{BookedPayment, Receivables};
use crate::domain::booking::payment_received;
use crate::domain::invoice::Payment;

pub use super::ports::PayInvoiceError;

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
    receivables.pay(&invoice, payment, &entry).await
}
