//! What one unit costs. Screws cost less than a cent each.

use std::fmt;

use rust_decimal::Decimal;
use serde::{Deserialize, Deserializer, Serialize, Serializer, ser::SerializeStruct};

use crate::money::{MINOR_MAX, MoneyJson};
use crate::{Currency, Money, MoneyError};

/// The most decimals of a unit cost.
const DECIMALS_MAX: u32 = 6;
/// Into so many parts a row divides a minor unit.
const MILLION: i64 = 1_000_000;

/// What one unit costs: an amount with up to six decimals. JSON: `{"amount":"0.004","currency":"USD"}`, with no fewer
/// decimals than the currency has.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct UnitCost {
    amount: Decimal,
    currency: Currency,
}

impl UnitCost {
    /// Parses a decimal such as `0.004`.
    pub fn parse(amount: &str, currency: Currency) -> Result<Self, MoneyError> {
        let decimal = crate::money::plain_decimal(amount)?.normalize();
        if decimal.scale() > DECIMALS_MAX {
            return Err(MoneyError::TooPrecise);
        }
        let most = Decimal::new(MINOR_MAX, currency.exponent());
        if decimal.abs() > most { Err(MoneyError::TooLarge) } else { Ok(Self { amount: decimal, currency }) }
    }

    /// The average cost of `units` that are worth `value` together, to six decimals, half-even; none without units.
    #[must_use]
    pub fn average(value: Money, units: i64) -> Option<Self> {
        let amount = value.to_decimal().checked_div(Decimal::from(units))?.round_dp(DECIMALS_MAX).normalize();
        Some(Self { amount, currency: value.currency() })
    }

    /// The cost as a row has it: whole minor units, and millionths of one. None below zero.
    #[must_use]
    pub fn parts(self) -> Option<(i64, i64)> {
        let minor = self.amount.checked_mul(Decimal::from(10_i64.checked_pow(self.currency.exponent())?))?;
        let millionths = minor.fract().checked_mul(Decimal::from(MILLION))?;
        let parts = (i64::try_from(minor.trunc()).ok()?, i64::try_from(millionths).ok()?);
        (!self.is_negative()).then_some(parts)
    }

    /// The cost of a row.
    pub fn from_parts(minor: i64, millionths: i64, currency: Currency) -> Result<Self, MoneyError> {
        let whole = Money::from_minor(minor, currency)?.to_decimal();
        let part = Decimal::new(millionths, currency.exponent().saturating_add(6));
        let amount = whole.checked_add(part).ok_or(MoneyError::TooLarge)?.normalize();
        if amount.scale() > DECIMALS_MAX {
            Err(MoneyError::TooPrecise)
        } else {
            Ok(Self { amount, currency })
        }
    }

    /// The currency.
    #[must_use]
    pub const fn currency(self) -> Currency {
        self.currency
    }

    /// Whether it is below zero.
    #[must_use]
    pub fn is_negative(self) -> bool {
        self.amount.is_sign_negative() && !self.amount.is_zero()
    }

    /// What `units` cost, in whole minor units, half-even.
    pub fn times(self, units: i64) -> Result<Money, MoneyError> {
        let total = self.amount.checked_mul(Decimal::from(units)).ok_or(MoneyError::TooLarge)?;
        Money::rounded(total, self.currency)
    }

    /// The amount as a decimal text.
    #[must_use]
    pub fn amount(self) -> String {
        let mut shown = self.amount;
        if shown.scale() < self.currency.exponent() {
            shown.rescale(self.currency.exponent());
        }
        shown.to_string()
    }
}

impl From<Money> for UnitCost {
    fn from(money: Money) -> Self {
        Self { amount: money.to_decimal().normalize(), currency: money.currency() }
    }
}

impl fmt::Debug for UnitCost {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.amount(), self.currency)
    }
}

impl Serialize for UnitCost {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut out = serializer.serialize_struct("UnitCost", 2)?;
        out.serialize_field("amount", &self.amount())?;
        out.serialize_field("currency", &self.currency)?;
        out.end()
    }
}

impl<'de> Deserialize<'de> for UnitCost {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let json = MoneyJson::deserialize(deserializer)?;
        Self::parse(&json.amount, json.currency).map_err(|error| {
            serde::de::Error::custom(match error {
                MoneyError::TooPrecise => "has more than six decimals".to_owned(),
                other => other.to_string(),
            })
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cost(amount: &str, currency: Currency) -> UnitCost {
        UnitCost::parse(amount, currency).unwrap()
    }

    #[test]
    fn a_unit_may_cost_less_than_a_cent() {
        for (amount, units, total) in [
            ("0.004", 1000, "4.00"),
            ("0.004", 1, "0.00"),
            ("0.005", 1, "0.00"),
            ("0.005", 3, "0.02"),
            ("12.5", 3, "37.50"),
            ("0.000001", 1_000_000, "1.00"),
        ] {
            assert_eq!(
                cost(amount, Currency::USD).times(units).unwrap().amount(),
                total,
                "{amount} x {units}"
            );
        }
        assert_eq!(cost("0.4", Currency::JPY).times(10).unwrap().amount(), "4");
        assert_eq!(cost("0.00025", Currency::parse("KWD").unwrap()).times(2000).unwrap().amount(), "0.500");
    }

    #[test]
    fn a_unit_cost_has_one_text_form() {
        for (given, shown) in [("4", "4.00"), ("0.0040", "0.004"), ("12.5", "12.50"), ("-0", "0.00")] {
            assert_eq!(cost(given, Currency::USD).amount(), shown, "{given}");
        }
        for (given, error) in [
            ("0.0000001", MoneyError::TooPrecise),
            ("1e-3", MoneyError::NotDecimal),
            ("90071992547409.92", MoneyError::TooLarge),
        ] {
            assert_eq!(UnitCost::parse(given, Currency::USD), Err(error), "{given}");
        }
        assert!(cost("90071992547409.91", Currency::USD).times(2).is_err());
    }

    #[test]
    fn a_row_has_a_cost_as_two_whole_numbers() {
        let kwd = Currency::parse("KWD").unwrap();
        for (amount, currency, parts) in [
            ("12.50", Currency::USD, (1250, 0)),
            ("0.004", Currency::USD, (0, 400_000)),
            ("1.000001", Currency::USD, (100, 100)),
            ("7.000001", Currency::JPY, (7, 1)),
            ("0.0015", kwd, (1, 500_000)),
            ("90071992547409.91", Currency::USD, (MINOR_MAX, 0)),
        ] {
            assert_eq!(cost(amount, currency).parts(), Some(parts), "{amount}");
            assert_eq!(
                UnitCost::from_parts(parts.0, parts.1, currency),
                Ok(cost(amount, currency)),
                "{amount}"
            );
        }
        assert_eq!(cost("-1", Currency::USD).parts(), None);
        assert_eq!(UnitCost::from_parts(0, 1, Currency::USD), Err(MoneyError::TooPrecise));
    }

    #[test]
    fn an_average_has_six_decimals() {
        let ten = Money::parse("10.00", Currency::USD).unwrap();
        assert_eq!(UnitCost::average(ten, 3).unwrap().amount(), "3.333333");
        assert_eq!(UnitCost::average(ten, 4).unwrap().amount(), "2.50");
        assert_eq!(UnitCost::average(ten, 0), None);
    }
}
