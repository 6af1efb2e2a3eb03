//! Money as events write it: `{"minor":1250,"currency":"USD"}`. The amount is the integer that is stored and calculated
//! with, so no decimal has to be formatted and parsed again.
//!
//! A field takes this form with `#[serde(with = "MinorUnits")]`. Without it, money has its public form, a decimal text.
//! Calls between services use that form too, because clients make some of them.

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::{Currency, Money, MoneyError};

/// The form of a `Money`.
#[derive(Debug)]
pub enum MinorUnits {}

/// The form of an `Option<Money>`; none is `null`.
#[derive(Debug)]
pub enum OptionalMinorUnits {}

#[derive(Serialize)]
struct Written {
    minor: i64,
    currency: Currency,
}

/// Messages of an older release have a decimal `amount`: they wait in an outbox or a queue, or are dead letters that
/// are replayed later.
#[derive(Deserialize)]
struct Read {
    minor: Option<i64>,
    amount: Option<String>,
    currency: Currency,
}

impl From<&Money> for Written {
    fn from(money: &Money) -> Self {
        Self { minor: money.minor(), currency: money.currency() }
    }
}

impl Read {
    fn money<E: serde::de::Error>(self) -> Result<Money, E> {
        let money = match (self.minor, self.amount) {
            (Some(minor), None) => Money::from_minor(minor, self.currency),
            (None, Some(amount)) => Money::parse(&amount, self.currency),
            _ => return Err(E::custom("must have `minor`, or `amount` as older messages do")),
        };
        money.map_err(|error: MoneyError| E::custom(error))
    }
}

impl MinorUnits {
    /// Writes it.
    pub fn serialize<S: Serializer>(money: &Money, serializer: S) -> Result<S::Ok, S::Error> {
        Written::from(money).serialize(serializer)
    }

    /// Reads it, or the decimal of an older message.
    pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Money, D::Error> {
        Read::deserialize(deserializer)?.money()
    }
}

impl OptionalMinorUnits {
    /// Writes it.
    pub fn serialize<S: Serializer>(money: &Option<Money>, serializer: S) -> Result<S::Ok, S::Error> {
        money.as_ref().map(Written::from).serialize(serializer)
    }

    /// Reads it, or the decimal of an older message.
    pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Money>, D::Error> {
        Option::<Read>::deserialize(deserializer)?.map(Read::money).transpose()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::currency::CODES;
    use crate::money::MINOR_MAX;

    #[derive(Debug, PartialEq, Serialize, Deserialize)]
    struct Told {
        #[serde(with = "MinorUnits")]
        total: Money,
        #[serde(default, with = "OptionalMinorUnits")]
        counted: Option<Money>,
    }

    fn read(total: &str) -> Result<Money, String> {
        let told = serde_json::from_str::<Told>(&format!(r#"{{"total":{total}}}"#));
        told.map(|told| told.total).map_err(|error| error.to_string())
    }

    fn usd(minor: i64) -> Money {
        Money::from_minor(minor, Currency::USD).unwrap()
    }

    #[test]
    fn money_is_told_in_minor_units() {
        let told = Told { total: usd(-1250), counted: Some(usd(0)) };
        let json = r#"{"total":{"minor":-1250,"currency":"USD"},"counted":{"minor":0,"currency":"USD"}}"#;
        assert_eq!(serde_json::to_string(&told).unwrap(), json);
        assert_eq!(serde_json::from_str::<Told>(json).unwrap(), told);
        let none = Told { counted: None, ..told };
        let json = r#"{"total":{"minor":-1250,"currency":"USD"},"counted":null}"#;
        assert_eq!(serde_json::to_string(&none).unwrap(), json);
        assert_eq!(serde_json::from_str::<Told>(json).unwrap(), none);
    }

    #[test]
    fn a_decimal_of_an_older_message_is_read() {
        assert_eq!(read(r#"{"amount":"12.50","currency":"USD"}"#), Ok(usd(1250)));
        let json =
            r#"{"total":{"amount":"-0.05","currency":"USD"},"counted":{"amount":"12","currency":"JPY"}}"#;
        let yen = Money::from_minor(12, Currency::JPY).unwrap();
        let told = Told { total: usd(-5), counted: Some(yen) };
        assert_eq!(serde_json::from_str::<Told>(json).unwrap(), told);
    }

    #[test]
    fn what_is_neither_form_is_refused() {
        for (total, why) in [
            (r#"{"currency":"USD"}"#, "must have `minor`"),
            (r#"{"minor":1250,"amount":"12.50","currency":"USD"}"#, "must have `minor`"),
            (r#"{"minor":1250}"#, "missing field `currency`"),
            (r#"{"minor":12.5,"currency":"USD"}"#, "invalid type"),
            (r#"{"minor":"1250","currency":"USD"}"#, "invalid type"),
            (r#"{"minor":9007199254740992,"currency":"USD"}"#, "too large"),
            (r#"{"minor":1250,"currency":"XYZ"}"#, "ISO 4217"),
            (r#"{"amount":"1.005","currency":"USD"}"#, "more decimals"),
            ("null", "invalid type"),
        ] {
            let error = read(total).unwrap_err();
            assert!(error.contains(why), "{total}: {error}");
        }
    }

    proptest! {
        #[test]
        fn what_was_told_is_read_the_same(
            minor in -MINOR_MAX..=MINOR_MAX,
            code in prop::sample::select(CODES.split_ascii_whitespace().collect::<Vec<_>>()),
        ) {
            let money = Money::from_minor(minor, Currency::parse(code).unwrap()).unwrap();
            let told = Told { total: money, counted: Some(money) };
            let json = serde_json::to_string(&told).unwrap();
            prop_assert_eq!(serde_json::from_str::<Told>(&json).unwrap(), told);
            // As an older release wrote it.
            prop_assert_eq!(read(&serde_json::to_string(&money).unwrap()), Ok(money));
        }
    }
}
