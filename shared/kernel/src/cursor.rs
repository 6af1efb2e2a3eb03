//! Keyset pages: an opaque cursor that names the last key of a page, and a bounded limit.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// The key after which the next page starts. Text: base64url.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cursor(String);

impl Cursor {
    /// A cursor after `key`.
    #[must_use]
    pub fn after(key: impl Into<String>) -> Self {
        Self(key.into())
    }

    /// The key.
    #[must_use]
    pub fn key(&self) -> &str {
        &self.0
    }

    /// Parses the text form.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        if text.len() > 1024 {
            return None;
        }
        String::from_utf8(URL_SAFE_NO_PAD.decode(text).ok()?).ok().map(Self)
    }
}

impl std::fmt::Display for Cursor {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&URL_SAFE_NO_PAD.encode(&self.0))
    }
}

impl Serialize for Cursor {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Cursor {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Self::parse(&text)
            .ok_or_else(|| serde::de::Error::custom("must be the nextCursor of an earlier answer"))
    }
}

/// How many rows a page has: 1 to 100, 50 by default.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limit(u8);

impl Limit {
    /// Refuses 0 and more than 100.
    #[must_use]
    pub fn new(rows: u64) -> Option<Self> {
        u8::try_from(rows).ok().filter(|rows| (1..=100).contains(rows)).map(Self)
    }

    /// The number of rows.
    #[must_use]
    pub fn rows(self) -> usize {
        usize::from(self.0)
    }
}

impl Default for Limit {
    fn default() -> Self {
        Self(50)
    }
}

impl<'de> Deserialize<'de> for Limit {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        // A query string is text: a number arrives as one.
        let text = String::deserialize(deserializer)?;
        text.parse()
            .ok()
            .and_then(Self::new)
            .ok_or_else(|| serde::de::Error::custom("must be a whole number from 1 to 100"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cursor_survives_the_round_trip_and_refuses_the_rest() {
        let json = serde_json::to_string(&Cursor::after("BANK CHARGES é")).unwrap();
        assert_eq!(serde_json::from_str::<Cursor>(&json).unwrap().key(), "BANK CHARGES é");
        for wrong in ["%", "a", "_w"] {
            assert_eq!(Cursor::parse(wrong), None, "{wrong}");
        }
        assert_eq!(Limit::new(0), None);
        assert_eq!(Limit::new(101), None);
    }
}
