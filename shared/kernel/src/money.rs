//! Money: whole minor units of one currency.
//!
//! Amounts are integers of the currency's minor unit (ISO 4217 exponent) and stay within
//! ±(2^53 - 1), the range in which JSON readers and D1, which binds doubles, are exact. Every
//! operation is checked; rounding happens only where a rate or a share is applied, and is half-even unless the rule
//! is an argument.

use std::fmt;

use rust_decimal::Decimal;
use rust_decimal::prelude::{RoundingStrategy, ToPrimitive};
use serde::{Deserialize, Deserializer, Serialize, Serializer, ser::SerializeStruct};

use crate::Currency;

/// The largest amount, in minor units: 2^53 - 1.
pub const MINOR_MAX: i64 = 9_007_199_254_740_991;

/// Why an amount of money cannot exist.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum MoneyError {
    /// Beyond ±(2^53 - 1) minor units.
    #[error("the amount is too large")]
    TooLarge,
    /// Two currencies in one sum.
    #[error("the currencies differ")]
    CurrencyMismatch,
    /// Not a decimal number such as `12.50`.
    #[error("must be a decimal number such as \"12.50\"")]
    NotDecimal,
    /// More decimals than the currency has.
    #[error("has more decimals than its currency")]
    TooPrecise,
    /// Not an ISO 4217 code this system knows.
    #[error("must be an ISO 4217 currency code such as \"USD\"")]
    UnknownCurrency,
}

/// What becomes of an amount that lies in the middle between two minor units.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Rounding {
    /// Away from zero: 0.045 is 0.05, and -0.045 is -0.05.
    #[default]
    HalfUp,
    /// To the even neighbour: 0.045 is 0.04.
    HalfEven,
}

/// An amount in one currency. JSON: `{"amount":"12.50","currency":"USD"}`; in events `MinorUnits`.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Money {
    minor: i64,
    currency: Currency,
}

impl Money {
    /// An amount of `minor` units, for example cents.
    pub fn from_minor(minor: i64, currency: Currency) -> Result<Self, MoneyError> {
        if minor.unsigned_abs() > MINOR_MAX.unsigned_abs() {
            return Err(MoneyError::TooLarge);
        }
        Ok(Self { minor, currency })
    }

    /// Zero.
    #[must_use]
    pub const fn zero(currency: Currency) -> Self {
        Self { minor: 0, currency }
    }

    /// Parses a decimal such as `12.50`; refuses more decimals than the currency has.
    pub fn parse(amount: &str, currency: Currency) -> Result<Self, MoneyError> {
        Self::exact(plain_decimal(amount)?, currency)
    }

    /// The exact amount of a decimal number of major units.
    pub fn exact(major: Decimal, currency: Currency) -> Result<Self, MoneyError> {
        let major = major.normalize();
        if major.scale() > currency.exponent() {
            return Err(MoneyError::TooPrecise);
        }
        Self::rounded(major, currency)
    }

    /// The amount nearest to a decimal number of major units, ties to the even minor unit.
    pub fn rounded(major: Decimal, currency: Currency) -> Result<Self, MoneyError> {
        let scale = Decimal::from(10_i64.pow(currency.exponent()));
        let minor = major
            .checked_mul(scale)
            .ok_or(MoneyError::TooLarge)?
            .round_dp_with_strategy(0, RoundingStrategy::MidpointNearestEven)
            .to_i64()
            .ok_or(MoneyError::TooLarge)?;
        Self::from_minor(minor, currency)
    }

    /// The amount in minor units.
    #[must_use]
    pub const fn minor(self) -> i64 {
        self.minor
    }

    /// The currency.
    #[must_use]
    pub const fn currency(self) -> Currency {
        self.currency
    }

    /// The amount in major units.
    #[must_use]
    pub fn to_decimal(self) -> Decimal {
        Decimal::new(self.minor, self.currency.exponent())
    }

    /// The amount as a decimal string, `-0.05` or `1200.00`.
    #[must_use]
    pub fn amount(self) -> String {
        self.to_decimal().to_string()
    }

    /// Whether it is zero.
    #[must_use]
    pub const fn is_zero(self) -> bool {
        self.minor == 0
    }

    /// Whether it is below zero.
    #[must_use]
    pub const fn is_negative(self) -> bool {
        self.minor < 0
    }

    /// Whether it is above zero.
    #[must_use]
    pub const fn is_positive(self) -> bool {
        self.minor > 0
    }

    /// The sum.
    pub fn plus(self, other: Self) -> Result<Self, MoneyError> {
        self.same(other)?;
        Self::from_minor(self.minor.checked_add(other.minor).ok_or(MoneyError::TooLarge)?, self.currency)
    }

    /// The difference.
    pub fn minus(self, other: Self) -> Result<Self, MoneyError> {
        self.plus(other.negated())
    }

    /// The amount with its sign turned. Never overflows: the range is symmetric.
    #[must_use]
    pub const fn negated(self) -> Self {
        Self { minor: self.minor.wrapping_neg(), currency: self.currency }
    }

    /// The amount `count` times.
    pub fn times(self, count: i64) -> Result<Self, MoneyError> {
        Self::from_minor(self.minor.checked_mul(count).ok_or(MoneyError::TooLarge)?, self.currency)
    }

    /// `self * numerator / denominator`, half-even. A zero denominator gives zero.
    pub fn share(self, numerator: i64, denominator: i64) -> Result<Self, MoneyError> {
        self.share_rounded(numerator, denominator, Rounding::HalfEven)
    }

    /// `self * numerator / denominator`, rounded. A zero denominator gives zero.
    pub fn share_rounded(
        self,
        numerator: i64,
        denominator: i64,
        rounding: Rounding,
    ) -> Result<Self, MoneyError> {
        let product = i128::from(self.minor).saturating_mul(i128::from(numerator));
        let minor = div_rounded(product, denominator, rounding);
        Self::from_minor(i64::try_from(minor).map_err(|_| MoneyError::TooLarge)?, self.currency)
    }

    /// The sum of all; `None` items are impossible, an empty list is zero.
    pub fn sum(currency: Currency, all: impl IntoIterator<Item = Self>) -> Result<Self, MoneyError> {
        all.into_iter().try_fold(Self::zero(currency), Self::plus)
    }

    /// Spreads the amount over `weights` so that the parts sum to the whole (largest remainder
    /// method; ties go to the earlier part). All weights zero: the first part takes everything.
    pub fn spread(self, weights: &[i64]) -> Result<Vec<Self>, MoneyError> {
        let total: i128 = weights.iter().map(|w| i128::from(*w)).sum();
        if weights.is_empty() {
            return Ok(Vec::new());
        }
        if total == 0 {
            let mut parts = vec![Self::zero(self.currency); weights.len()];
            if let Some(first) = parts.first_mut() {
                *first = self;
            }
            return Ok(parts);
        }
        let whole = i128::from(self.minor);
        let mut parts = Vec::with_capacity(weights.len());
        let mut remainders = Vec::with_capacity(weights.len());
        let mut given: i128 = 0;
        for (index, weight) in weights.iter().enumerate() {
            let product = whole.checked_mul(i128::from(*weight)).ok_or(MoneyError::TooLarge)?;
            let floor = product.div_euclid(total);
            given = given.saturating_add(floor);
            remainders.push((product.rem_euclid(total), index));
            parts.push(floor);
        }
        remainders.sort_by(|a, b| b.0.cmp(&a.0).then(a.1.cmp(&b.1)));
        let left = usize::try_from(whole.saturating_sub(given)).unwrap_or(0);
        for (_, index) in remainders.into_iter().take(left) {
            if let Some(part) = parts.get_mut(index) {
                *part = part.saturating_add(1);
            }
        }
        parts
            .into_iter()
            .map(|minor| {
                Self::from_minor(i64::try_from(minor).map_err(|_| MoneyError::TooLarge)?, self.currency)
            })
            .collect()
    }

    fn same(self, other: Self) -> Result<(), MoneyError> {
        if self.currency == other.currency { Ok(()) } else { Err(MoneyError::CurrencyMismatch) }
    }
}

/// A decimal as people and programs write it: digits, at most one point between them, a minus sign.
pub(crate) fn plain_decimal(amount: &str) -> Result<Decimal, MoneyError> {
    let digits = amount.strip_prefix('-').unwrap_or(amount);
    let plain = digits.bytes().all(|b| b.is_ascii_digit() || b == b'.');
    if !plain || digits.is_empty() || digits.ends_with('.') || digits.starts_with('.') {
        return Err(MoneyError::NotDecimal);
    }
    Decimal::from_str_exact(amount).map_err(|_| MoneyError::NotDecimal)
}

/// Integer division.
fn div_rounded(numerator: i128, denominator: i64, rounding: Rounding) -> i128 {
    let denominator = i128::from(denominator);
    let (Some(quotient), Some(remainder)) =
        (numerator.checked_div_euclid(denominator), numerator.checked_rem_euclid(denominator))
    else {
        return 0;
    };
    let twice = remainder.saturating_mul(2);
    let size = denominator.saturating_abs();
    let tie_up = match rounding {
        Rounding::HalfUp => numerator.is_positive(),
        Rounding::HalfEven => quotient.rem_euclid(2) == 1,
    };
    let up = twice > size || (twice == size && tie_up);
    // With div_euclid the remainder is positive: towards the next multiple is the denominator's sign.
    if up { quotient.saturating_add(denominator.signum()) } else { quotient }
}

impl fmt::Display for Money {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.amount(), self.currency)
    }
}

impl fmt::Debug for Money {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl Serialize for Money {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut out = serializer.serialize_struct("Money", 2)?;
        out.serialize_field("amount", &self.amount())?;
        out.serialize_field("currency", &self.currency)?;
        out.end()
    }
}

/// The JSON of an amount in a currency.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct MoneyJson {
    pub(crate) amount: String,
    pub(crate) currency: Currency,
}

impl<'de> Deserialize<'de> for Money {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let json = MoneyJson::deserialize(deserializer)?;
        Self::parse(&json.amount, json.currency).map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn usd(amount: &str) -> Money {
        Money::parse(amount, Currency::USD).unwrap()
    }

    #[test]
    fn money_has_one_text_form() {
        for (given, shown) in
            [("12.5", "12.50"), ("0", "0.00"), ("-0.05", "-0.05"), ("1200", "1200.00"), ("007", "7.00")]
        {
            assert_eq!(usd(given).amount(), shown);
        }
        assert_eq!(Money::parse("500", Currency::JPY).unwrap().amount(), "500");
    }

    #[test]
    fn money_refuses_what_it_cannot_hold_exactly() {
        for (given, error) in [
            ("", MoneyError::NotDecimal),
            ("1e3", MoneyError::NotDecimal),
            ("1,000", MoneyError::NotDecimal),
            (".5", MoneyError::NotDecimal),
            ("-.5", MoneyError::NotDecimal),
            ("-", MoneyError::NotDecimal),
            ("1-5", MoneyError::NotDecimal),
            ("5.", MoneyError::NotDecimal),
            ("--5", MoneyError::NotDecimal),
            ("1.005", MoneyError::TooPrecise),
            ("90071992547409.92", MoneyError::TooLarge),
        ] {
            assert_eq!(Money::parse(given, Currency::USD), Err(error), "{given}");
        }
        assert_eq!(Currency::parse("usd"), Err(MoneyError::UnknownCurrency));
        assert_eq!(Currency::parse("XYZ"), Err(MoneyError::UnknownCurrency));
        assert!(usd("1").plus(Money::zero(Currency::EUR)).is_err());
    }

    #[test]
    fn shares_round_half_to_even() {
        let cents =
            |minor, n, d| Money::from_minor(minor, Currency::USD).unwrap().share(n, d).unwrap().minor();
        for (minor, n, d, expected) in [
            (5, 1, 2, 2),
            (15, 1, 2, 8),
            (-5, 1, 2, -2),
            (-15, 1, 2, -8),
            (10, 1, 3, 3),
            (20, 1, 3, 7),
            (7, 0, 0, 0),
        ] {
            assert_eq!(cents(minor, n, d), expected, "{minor} * {n} / {d}");
        }
    }

    #[test]
    fn half_up_rounds_away_from_zero() {
        for (minor, n, d, expected) in [
            (5, 1, 2, 3),
            (15, 1, 2, 8),
            (-5, 1, 2, -3),
            (-15, 1, 2, -8),
            (-5, -1, 2, 3),
            (5, 1, -2, -3),
            (-20, 1, 3, -7),
            (-10, 1, 3, -3),
        ] {
            let money = Money::from_minor(minor, Currency::USD).unwrap();
            let share = money.share_rounded(n, d, Rounding::HalfUp).unwrap();
            assert_eq!(share.minor(), expected, "{minor} * {n} / {d}");
        }
    }

    #[test]
    fn json_is_a_decimal_string_and_a_currency() {
        let json = r#"{"amount":"12.50","currency":"USD"}"#;
        assert_eq!(serde_json::to_string(&usd("12.5")).unwrap(), json);
        assert_eq!(serde_json::from_str::<Money>(json).unwrap(), usd("12.5"));
        assert!(serde_json::from_str::<Money>(r#"{"amount":12.5,"currency":"USD"}"#).is_err());
    }

    proptest! {
        #[test]
        fn the_parts_sum_to_the_whole(minor in -1_000_000_000_i64..1_000_000_000, weights in prop::collection::vec(0_i64..1_000_000, 1..40)) {
            let whole = Money::from_minor(minor, Currency::USD).unwrap();
            let parts = whole.spread(&weights).unwrap();
            prop_assert_eq!(Money::sum(Currency::USD, parts).unwrap(), whole);
        }

        #[test]
        fn parsing_what_was_shown_gives_the_same(minor in -MINOR_MAX..=MINOR_MAX) {
            let money = Money::from_minor(minor, Currency::USD).unwrap();
            prop_assert_eq!(Money::parse(&money.amount(), Currency::USD).unwrap(), money);
        }

        #[test]
        fn no_text_makes_the_parser_panic(text in ".{0,40}") {
            let _ = Money::parse(&text, Currency::USD);
        }
    }
}
