//! The options that distinguish a product's variants: up to three named options, in order.

use std::fmt;

use serde::de::{Error as _, MapAccess, Visitor};
use serde::ser::SerializeMap;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// Shopify's file has columns for three.
pub const OPTIONS_MAX: usize = 3;
/// The longest name or value of an option.
const LENGTH_MAX: usize = 100;

/// Why options are refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum OptionsError {
    #[error("may have at most 3 options")]
    TooMany,
    /// A duplicate name.
    #[error("has the option {0} twice")]
    Twice(String),
    /// An empty or long name or value, or one with control characters.
    #[error("needs names and values of 1 to 100 characters")]
    Text,
}

/// Names and values in the order given; as JSON an object in that order.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Options(Vec<(String, String)>);

impl schemars::JsonSchema for Options {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "VariantOptions".into()
    }

    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        let text = serde_json::json!({ "type": "string", "minLength": 1, "maxLength": LENGTH_MAX });
        schemars::json_schema!({
            "type": "object", "maxProperties": OPTIONS_MAX, "propertyNames": text, "additionalProperties": text,
            "description": "Up to three named options, in order, such as `{\"Size\": \"S\"}`.",
        })
    }
}

impl Options {
    /// Trims and checks. Shopify's placeholder for a product without options, `Title: Default Title`, becomes no
    /// options.
    pub fn new(pairs: Vec<(String, String)>) -> Result<Self, OptionsError> {
        let mut options: Vec<(String, String)> = Vec::with_capacity(pairs.len());
        for (name, value) in pairs {
            let (name, value) = (clean(&name)?, clean(&value)?);
            if options.iter().any(|(known, _)| *known == name) {
                return Err(OptionsError::Twice(name));
            }
            options.push((name, value));
        }
        if options.len() > OPTIONS_MAX {
            return Err(OptionsError::TooMany);
        }
        let default =
            matches!(options.as_slice(), [(name, value)] if name == "Title" && value == "Default Title");
        Ok(if default { Self::default() } else { Self(options) })
    }

    /// Names and values, in order.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(name, value)| (name.as_str(), value.as_str()))
    }

    /// The name and value at a position.
    #[must_use]
    pub fn get(&self, index: usize) -> Option<(&str, &str)> {
        self.0.get(index).map(|(name, value)| (name.as_str(), value.as_str()))
    }
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The values, joined: `Small / Red`.
    #[must_use]
    pub fn joined(&self, separator: &str) -> String {
        self.0.iter().map(|(_, value)| value.as_str()).collect::<Vec<_>>().join(separator)
    }
}

fn clean(text: &str) -> Result<String, OptionsError> {
    let text = text.trim();
    let fits = (1..=LENGTH_MAX).contains(&text.chars().count()) && !text.chars().any(char::is_control);
    if fits { Ok(text.to_owned()) } else { Err(OptionsError::Text) }
}

impl Serialize for Options {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(self.0.len()))?;
        for (name, value) in &self.0 {
            map.serialize_entry(name, value)?;
        }
        map.end()
    }
}

impl<'de> Deserialize<'de> for Options {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Pairs;
        impl<'de> Visitor<'de> for Pairs {
            type Value = Options;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object of option names and values, such as {\"Size\":\"Small\"}")
            }
            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Options, A::Error> {
                let mut pairs = Vec::new();
                while let Some(pair) = map.next_entry::<String, String>()? {
                    pairs.push(pair);
                }
                Options::new(pairs).map_err(A::Error::custom)
            }
        }
        deserializer.deserialize_map(Pairs)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn options_keep_their_order_and_have_limits() {
        let json = r#"{"Size":"L","Colour":"Red"}"#;
        let options: Options = serde_json::from_str(json).unwrap();
        assert_eq!(serde_json::to_string(&options).unwrap(), json);
        assert_eq!(options.joined(" / "), "L / Red");
        for (json, empty) in
            [("{}", true), (r#"{"Title":"Default Title"}"#, true), (r#"{"Title":"Mr"}"#, false)]
        {
            assert_eq!(serde_json::from_str::<Options>(json).unwrap().is_empty(), empty, "{json}");
        }
        for wrong in [
            r#"{"A":"1","B":"2","C":"3","D":"4"}"#,
            r#"{"A":"1","A":"2"}"#,
            r#"{"A":" "}"#,
            r#"{"A":1}"#,
            r#"["A"]"#,
            "{\"A\":\"\\u0000\"}",
        ] {
            assert!(serde_json::from_str::<Options>(wrong).is_err(), "{wrong}");
        }
    }
}
