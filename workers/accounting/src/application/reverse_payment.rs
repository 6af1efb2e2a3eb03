//! Takes a payment back that did not arrive: a bounced transfer, a returned payout. What it settled is open again.

use kernel::Date;
use kernel::ids::PaymentId;
use kernel::text::ShortText;

use super::ports::{Reversals, ReverseError};
use crate::domain::booking::payment_reversed;
use crate::domain::credit::Reversal;

/// Reverses one payment, once, on `date`, by a document with the id `reversal_id`.
pub async fn reverse_payment(
    reversals: &impl Reversals,
    id: PaymentId,
    reversal_id: PaymentId,
    reason: &ShortText,
    date: Date,
) -> Result<Reversal, ReverseError> {
    let payment = reversals.find_payment(id).await?.ok_or(ReverseError::NotFound)?;
    if payment.reversal.is_some() {
        return Err(ReverseError::ReversedBefore);
    }
    if date < payment.entry_date {
        return Err(ReverseError::TooEarly(payment.entry_date));
    }
    let entry = payment_reversed(&payment, reversal_id, reason, date)?;
    reversals.reverse(&payment, reversal_id, reason, &entry).await
}
