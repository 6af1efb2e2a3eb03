//! Credit of customers, and payments with what became of them.

use contracts::terms::PaymentMethod;
use kernel::ids::{CreditId, CustomerId, EntryId, InvoiceId, OrderId, PaymentId};
use kernel::text::ShortText;
use kernel::{Date, Money, Timestamp};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// What left a credit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub enum CreditKind {
    /// A refund on account of an order that was paid.
    Refund,
    /// A credit note without an order.
    CreditNote,
    /// More money than the invoice was open.
    Overpayment,
}

/// Whether a customer can still use a credit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub enum CreditStatus {
    /// Something is left.
    Open,
    /// Nothing is left.
    Used,
}

/// What a customer has to their credit.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "CustomerCredit")]
pub struct Credit {
    /// The id of the refund, the credit note or the payment that left it.
    pub id: CreditId,
    pub kind: CreditKind,
    pub customer_id: Option<CustomerId>,
    /// The refunded order.
    pub order_id: Option<OrderId>,
    /// The day on which it was booked.
    pub date: Date,
    /// The day on which a use of it was last taken back.
    pub reopened_on: Option<Date>,
    pub amount: Money,
    /// What settled invoices.
    pub applied: Money,
    /// What was paid out, or taken back with the payment that left it.
    pub paid_out: Money,
    /// What the customer can still use.
    pub left: Money,
    pub status: CreditStatus,
}

impl Credit {
    /// The first day on which more of it can be used.
    #[must_use]
    pub fn usable_from(&self) -> Date {
        self.reopened_on.map_or(self.date, |day| day.max(self.date))
    }
}

/// A part of a credit that settles an invoice.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "CreditApplication")]
pub struct Application {
    pub credit_id: CreditId,
    pub invoice_id: InvoiceId,
    pub amount: Money,
    /// The day from which it settles.
    pub date: Date,
}

/// Which way a payment went.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "ReceivablePaymentKind")]
pub enum PaymentKind {
    /// From the customer, on an invoice.
    Received,
    /// To the customer, out of a credit.
    PaidOut,
}

/// A payment from or to a customer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "ReceivablePayment")]
pub struct PaymentRecord {
    pub id: PaymentId,
    pub kind: PaymentKind,
    pub customer_id: Option<CustomerId>,
    pub invoice_id: Option<InvoiceId>,
    pub invoice_number: Option<String>,
    /// The credit that it left, or out of which it was paid.
    pub credit_id: Option<CreditId>,
    pub amount: Money,
    pub method: PaymentMethod,
    /// The bank's reference, a receipt's number.
    pub reference: Option<ShortText>,
    /// When the money came or went.
    pub paid_at: Timestamp,
    pub entry_id: EntryId,
    /// Its number, once the batch that posts it has assigned one.
    pub entry_number: Option<String>,
    /// The day on which it is booked.
    pub entry_date: Date,
    /// The document that took it back.
    pub reversal: Option<Reversal>,
}

/// What takes a payment back that did not arrive.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "PaymentReversal")]
pub struct Reversal {
    pub id: PaymentId,
    pub payment_id: PaymentId,
    /// Why.
    pub reason: ShortText,
    /// The day on which it is booked.
    pub date: Date,
    pub entry_id: EntryId,
    pub entry_number: Option<String>,
}

/// The day from which a credit settles an invoice, if `first` is the first on which it can: `wanted`, or today, or later.
/// None: the wanted day is too early.
#[must_use]
pub fn settlement_day(wanted: Option<Date>, today: Date, first: Date) -> Option<Date> {
    match wanted {
        Some(day) => (day >= first).then_some(day),
        None => Some(today.max(first)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_credit_settles_from_the_day_on_which_both_are_there() {
        let date = |text: &str| Date::parse(text).unwrap();
        let (today, first) = (date("2026-11-20"), date("2026-11-10"));
        for (wanted, day) in [
            (None, Some("2026-11-20")),
            (Some("2026-11-10"), Some("2026-11-10")),
            (Some("2026-12-01"), Some("2026-12-01")),
            (Some("2026-11-09"), None),
        ] {
            let found = settlement_day(wanted.map(date), today, first);
            assert_eq!(found, day.map(date), "{wanted:?}");
        }
        assert_eq!(settlement_day(None, date("2026-11-01"), first), Some(first));
    }
}
