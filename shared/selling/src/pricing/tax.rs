//! Tax rates: percentages by class and region.

use std::borrow::Cow;
use std::fmt;

use kernel::{Money, MoneyError, Rounding};
use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive;
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// The most decimals of a percentage: `8.8750`.
const DECIMALS_MAX: u32 = 4;
/// A hundred percent, in the unit that [`Rate`] counts: parts of a million.
const WHOLE: i64 = 1_000_000;

/// A percentage from 0 to 100 with up to four decimals. Text: `8.25`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Rate(i64);

/// Not a rate.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("must be a percentage from 0 to 100 with at most 4 decimals, such as \"8.25\"")]
pub struct RateError;

impl Rate {
    /// From a percentage.
    pub fn percent(percent: Decimal) -> Result<Self, RateError> {
        let percent = percent.normalize();
        if percent.scale() > DECIMALS_MAX || percent.is_sign_negative() && !percent.is_zero() {
            return Err(RateError);
        }
        let parts = percent.checked_mul(Decimal::from(10_000)).and_then(|parts| parts.to_i64());
        parts.filter(|parts| *parts <= WHOLE).map(Self).ok_or(RateError)
    }

    /// From parts of a million, as the database stores it.
    #[must_use]
    pub fn from_ppm(ppm: i64) -> Option<Self> {
        (0..=WHOLE).contains(&ppm).then_some(Self(ppm))
    }

    /// Parts of a million.
    #[must_use]
    pub const fn ppm(self) -> i64 {
        self.0
    }

    /// Parses `8.25`; signs, exponents and separators are refused.
    pub fn parse(text: &str) -> Result<Self, RateError> {
        let plain = text.bytes().all(|b| b.is_ascii_digit() || b == b'.');
        if !plain || text.is_empty() || text.starts_with('.') || text.ends_with('.') {
            return Err(RateError);
        }
        Self::percent(Decimal::from_str_exact(text).map_err(|_| RateError)?)
    }
}

impl fmt::Display for Rate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        Decimal::new(self.0, DECIMALS_MAX).normalize().fmt(f)
    }
}

impl Serialize for Rate {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Rate {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Self::parse(&text).map_err(serde::de::Error::custom)
    }
}

impl JsonSchema for Rate {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> Cow<'static, str> {
        "Rate".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "type": "string",
            "pattern": r"^[0-9]+(\.[0-9]+)?$",
            "description": "A percentage from 0 to 100 with at most 4 decimals.",
            "examples": ["8.25"],
        })
    }
}

/// The tax of a class.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TaxRate {
    /// `standard`, `reduced`, …
    pub tax_class: String,
    pub rate: Rate,
    /// Whether prices include the tax.
    pub inclusive: bool,
}

impl TaxRate {
    /// The tax of an amount: added to it, or contained in it when inclusive.
    pub(super) fn of(&self, amount: Money, rounding: Rounding) -> Result<Money, MoneyError> {
        let (part, whole) = self.fraction();
        amount.share_rounded(part, whole, rounding)
    }

    /// The tax as a fraction of the amount.
    pub(super) const fn fraction(&self) -> (i64, i64) {
        // Inclusive: amount - amount / (1 + rate) equals amount * rate / (1 + rate), which rounds one exact fraction
        // once.
        (self.rate.0, if self.inclusive { WHOLE.saturating_add(self.rate.0) } else { WHOLE })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rate_is_a_plain_percentage() {
        for (text, shown) in [
            ("8.25", Some("8.25")),
            ("20", Some("20")),
            ("20.00", Some("20")),
            ("0", Some("0")),
            ("100", Some("100")),
            ("8.8750", Some("8.875")),
            ("0.0001", Some("0.0001")),
            ("100.0001", None),
            ("0.00001", None),
            ("-1", None),
            ("+1", None),
            ("1e2", None),
            ("8,25", None),
            (".5", None),
            ("5.", None),
            ("", None),
            ("99999999999999999999999999999999", None),
        ] {
            assert_eq!(Rate::parse(text).ok().map(|rate| rate.to_string()).as_deref(), shown, "{text}");
        }
    }
}
