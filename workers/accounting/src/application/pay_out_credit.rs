//! Pays a customer's credit out, in whole or in part, and books it.

use contracts::terms::PaymentMethod;
use kernel::Money;
use kernel::ids::CreditId;

use super::ports::{CreditError, Payouts};
use crate::domain::booking::credit_paid_out;
use crate::domain::credit::PaymentRecord;

/// Pays out one credit. `payout` has no amount yet if everything that is left is paid out.
pub async fn pay_out_credit(
    receivables: &impl Payouts,
    credit_id: CreditId,
    amount: Option<Money>,
    payout: PaymentRecord,
) -> Result<PaymentRecord, CreditError> {
    if payout.method == PaymentMethod::PurchaseOrder {
        return Err(CreditError::NotMoney);
    }
    let credit = receivables.find_credit(credit_id).await?.ok_or(CreditError::NotFound)?;
    let amount = amount.unwrap_or(credit.left);
    if !amount.is_positive() {
        return Err(if credit.left.is_zero() { CreditError::NothingLeft } else { CreditError::NotPositive });
    }
    if amount.minor() > credit.left.minor() {
        return Err(CreditError::TooMuch(credit.left));
    }
    if payout.entry_date < credit.usable_from() {
        return Err(CreditError::TooEarly(credit.usable_from()));
    }
    let payout = PaymentRecord { amount, customer_id: credit.customer_id, ..payout };
    let entry = credit_paid_out(&payout)?;
    receivables.pay_out(&payout, &entry).await
}
