//! How a payment is made: at a till exactly the total, on the web never with a card number.

use contracts::terms::PaymentMethod;
use kernel::{Money, MoneyError};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A part of a till's payment, as the till sends it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schemars(rename = "TillSalePayment")]
pub struct TillPayment {
    pub method: PaymentMethod,
    /// How much of the total.
    pub amount: Money,
    /// Cash from the customer.
    pub tendered: Option<Money>,
}

/// Cash received and given at a till.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CashGiven {
    /// From the customer.
    pub tendered: Money,
    /// To the customer.
    pub change: Money,
}

/// Why a till's payments are refused; the index is that of the part.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum TillPaymentError {
    /// A till accepts cash, its own card terminal, and transfers.
    #[error("is not a method a till can take: use Cash, CardTerminal or BankTransfer")]
    Method(usize),
    /// Zero or negative.
    #[error("must be more than zero")]
    NotPositive(usize),
    /// Only cash has change.
    #[error("is for cash only")]
    TenderedWithoutCash(usize),
    /// Less cash than the amount of the part.
    #[error("is less than the amount")]
    TenderedTooLittle(usize),
    /// In another currency, or too large.
    #[error("{1}")]
    Money(usize, MoneyError),
    /// The parts do not sum to the total.
    #[error("the payments must sum to the total, {expected}")]
    NotTheTotal {
        /// The amount to pay.
        expected: Money,
    },
}

/// A part of a payment with its change.
pub type TillPart = (PaymentMethod, Money, Option<CashGiven>);

/// Checks that the parts sum to the total, and calculates the change.
pub fn settle_at_till(total: Money, payments: &[TillPayment]) -> Result<Vec<TillPart>, TillPaymentError> {
    let mut parts = Vec::with_capacity(payments.len());
    let mut sum = Money::zero(total.currency());
    for (index, payment) in payments.iter().enumerate() {
        let method = payment.method;
        if matches!(method, PaymentMethod::Card | PaymentMethod::PurchaseOrder) {
            return Err(TillPaymentError::Method(index));
        }
        sum = sum.plus(payment.amount).map_err(|error| TillPaymentError::Money(index, error))?;
        if !payment.amount.is_positive() {
            return Err(TillPaymentError::NotPositive(index));
        }
        let cash = match payment.tendered {
            None => None,
            Some(_) if method != PaymentMethod::Cash => {
                return Err(TillPaymentError::TenderedWithoutCash(index));
            }
            Some(tendered) => {
                let change =
                    tendered.minus(payment.amount).map_err(|error| TillPaymentError::Money(index, error))?;
                if change.is_negative() {
                    return Err(TillPaymentError::TenderedTooLittle(index));
                }
                Some(CashGiven { tendered, change })
            }
        };
        parts.push((method, payment.amount, cash));
    }
    if sum == total { Ok(parts) } else { Err(TillPaymentError::NotTheTotal { expected: total }) }
}

/// Whether a text looks like a card number: 13 to 19 digits that pass the Luhn check, with or without spaces or dashes.
/// A card number is never accepted, stored or logged.
#[must_use]
pub fn looks_like_card_number(text: &str) -> bool {
    let digits: Vec<u32> =
        text.chars().filter(|c| !matches!(c, ' ' | '-')).map_while(|c| c.to_digit(10)).collect();
    let only_digits = text.chars().all(|c| c.is_ascii_digit() || matches!(c, ' ' | '-'));
    if !only_digits || !(13..=19).contains(&digits.len()) {
        return false;
    }
    let sum = digits.iter().rev().enumerate().fold(0_u32, |sum, (place, digit)| {
        let doubled = if place.is_multiple_of(2) { *digit } else { digit.saturating_mul(2) };
        sum.saturating_add(if doubled > 9 { doubled.saturating_sub(9) } else { doubled })
    });
    sum.is_multiple_of(10)
}

#[cfg(test)]
mod tests {
    use super::*;
    use kernel::Currency;

    fn usd(amount: &str) -> Money {
        Money::parse(amount, Currency::USD).unwrap()
    }

    fn part(method: PaymentMethod, amount: &str, tendered: Option<&str>) -> TillPayment {
        TillPayment { method, amount: usd(amount), tendered: tendered.map(usd) }
    }

    #[test]
    fn a_till_takes_exactly_the_total_and_gives_change_on_cash() {
        use PaymentMethod::{BankTransfer, Card, CardTerminal, Cash};
        type Case = (Vec<TillPayment>, Result<Option<&'static str>, TillPaymentError>);
        let short = TillPaymentError::NotTheTotal { expected: usd("10") };
        let cases: [Case; 10] = [
            (vec![part(Cash, "10", Some("20"))], Ok(Some("10.00"))),
            (vec![part(Cash, "10", None)], Ok(None)),
            (vec![part(Cash, "4", Some("5")), part(CardTerminal, "6", None)], Ok(Some("1.00"))),
            (vec![part(BankTransfer, "10", None)], Ok(None)),
            (vec![part(Cash, "9.99", None)], Err(short)),
            (vec![], Err(short)),
            (vec![part(Cash, "10", Some("9.99"))], Err(TillPaymentError::TenderedTooLittle(0))),
            (vec![part(CardTerminal, "10", Some("10"))], Err(TillPaymentError::TenderedWithoutCash(0))),
            (vec![part(Card, "10", None)], Err(TillPaymentError::Method(0))),
            (vec![part(Cash, "12", None), part(Cash, "-2", None)], Err(TillPaymentError::NotPositive(1))),
        ];
        for (payments, expected) in cases {
            let change = settle_at_till(usd("10"), &payments)
                .map(|parts| parts.first().and_then(|(_, _, cash)| cash.map(|cash| cash.change)));
            assert_eq!(change, expected.map(|change| change.map(usd)), "{payments:?}");
        }
        assert_eq!(settle_at_till(usd("0"), &[]), Ok(vec![]));
    }

    #[test]
    fn card_numbers_are_recognised() {
        for (text, is_one) in [
            ("4242424242424242", true),
            ("4242 4242 4242 4242", true),
            ("3782-822463-10005", true),
            ("4242424242424241", false),
            ("tok_4242424242424242", false),
            ("tok_approve", false),
            ("000000000000", false),
            ("", false),
        ] {
            assert_eq!(looks_like_card_number(text), is_one, "{text}");
        }
    }
}
