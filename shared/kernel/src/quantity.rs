//! Counts of goods. Whole units; a limit on everything.

use serde::{Deserialize, Deserializer, Serialize};

/// The most units one line may move.
pub const QUANTITY_MAX: i64 = 1_000_000;

/// Units of one SKU, 1 to 1,000,000.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(transparent)]
pub struct Quantity(i64);

impl Quantity {
    /// Refuses zero, negative and absurd counts.
    #[must_use]
    pub fn new(units: i64) -> Option<Self> {
        (1..=QUANTITY_MAX).contains(&units).then_some(Self(units))
    }

    /// The count.
    #[must_use]
    pub const fn units(self) -> i64 {
        self.0
    }

    /// The sum, if it is still a quantity.
    #[must_use]
    pub fn plus(self, other: Self) -> Option<Self> {
        Self::new(self.0.saturating_add(other.0))
    }
}

impl<'de> Deserialize<'de> for Quantity {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        const WANTS: &str = "must be a whole number from 1 to 1000000";
        let units = whole(deserializer, WANTS)?;
        Self::new(units).ok_or_else(|| serde::de::Error::custom(WANTS))
    }
}

/// A change of stock: -1,000,000 to 1,000,000, not zero.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct QuantityChange(i64);

impl QuantityChange {
    /// Refuses zero and absurd changes.
    #[must_use]
    pub fn new(units: i64) -> Option<Self> {
        (units != 0 && (-QUANTITY_MAX..=QUANTITY_MAX).contains(&units)).then_some(Self(units))
    }

    /// The change, positive for more.
    #[must_use]
    pub const fn units(self) -> i64 {
        self.0
    }
}

impl<'de> Deserialize<'de> for QuantityChange {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        const WANTS: &str = "must be a whole number from -1000000 to 1000000, not 0";
        let units = whole(deserializer, WANTS)?;
        Self::new(units).ok_or_else(|| serde::de::Error::custom(WANTS))
    }
}

/// Reads a JSON number that is a whole number, with one message for everything else.
fn whole<'de, D: Deserializer<'de>>(deserializer: D, wants: &'static str) -> Result<i64, D::Error> {
    struct Whole(&'static str);
    impl serde::de::Visitor<'_> for Whole {
        type Value = i64;
        fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
            f.write_str(self.0.trim_start_matches("must be "))
        }
        fn visit_i64<E: serde::de::Error>(self, units: i64) -> Result<i64, E> {
            Ok(units)
        }
        fn visit_u64<E: serde::de::Error>(self, units: u64) -> Result<i64, E> {
            i64::try_from(units).map_err(|_| E::custom(self.0))
        }
        fn visit_f64<E: serde::de::Error>(self, _: f64) -> Result<i64, E> {
            Err(E::custom(self.0))
        }
        fn visit_str<E: serde::de::Error>(self, _: &str) -> Result<i64, E> {
            Err(E::custom(self.0))
        }
    }
    deserializer.deserialize_i64(Whole(wants))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_quantity_is_a_whole_positive_number() {
        for (json, units) in [("1", Some(1)), ("1000000", Some(1_000_000)), ("0", None), ("-1", None)] {
            assert_eq!(serde_json::from_str::<Quantity>(json).ok().map(Quantity::units), units, "{json}");
        }
        for json in ["1.5", "1e3", "\"1\"", "1000001", "99999999999999999999", "null", "true"] {
            assert!(serde_json::from_str::<Quantity>(json).is_err(), "{json}");
        }
    }
}
