//! Time zones, and instants as the clocks of a zone show them. The rules of the zones are the platform's
//! (`platform::World::utc_offset_seconds`): nothing here knows when a clock is changed.

use std::fmt;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::{Date, Timestamp};

/// The name of a time zone in the IANA database: `Europe/Berlin`, `UTC`. That it exists, only the platform knows.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TimeZone(String);

impl TimeZone {
    /// The most bytes of a name.
    pub const BYTES_MAX: usize = 64;

    /// Coordinated universal time.
    #[must_use]
    pub fn utc() -> Self {
        Self("UTC".to_owned())
    }

    /// Parses a name: a letter, then letters, digits and `_`, `+`, `-`, `/`.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let mut bytes = text.bytes();
        let begins = bytes.next().is_some_and(|first| first.is_ascii_alphabetic());
        let goes_on = bytes.all(|byte| byte.is_ascii_alphanumeric() || b"_+-/".contains(&byte));
        (begins && goes_on && text.len() <= Self::BYTES_MAX).then(|| Self(text.to_owned()))
    }

    /// The name.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for TimeZone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl Serialize for TimeZone {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.0)
    }
}

impl<'de> Deserialize<'de> for TimeZone {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Self::parse(&text)
            .ok_or_else(|| serde::de::Error::custom("must be an IANA time zone such as \"Europe/Berlin\""))
    }
}

/// An instant as the clocks of a place show it. Text: `2026-11-01 00:30 +02:00`, and `2026-11-01 00:30 UTC` without an
/// offset.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LocalTime {
    at: Timestamp,
    offset_seconds: i32,
}

impl LocalTime {
    /// An instant where the clocks are this far ahead of UTC, negative when behind.
    #[must_use]
    pub const fn new(at: Timestamp, offset_seconds: i32) -> Self {
        Self { at, offset_seconds }
    }

    /// The calendar date there: the day to which what happens then belongs.
    #[must_use]
    pub fn date(self) -> Date {
        self.shown().date()
    }

    /// The instant whose UTC text is what the clocks show.
    fn shown(self) -> Timestamp {
        self.at.plus_seconds(i64::from(self.offset_seconds))
    }
}

impl fmt::Display for LocalTime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let shown = self.shown().to_string();
        f.write_str(&shown.get(..16).unwrap_or_default().replace('T', " "))?;
        if self.offset_seconds == 0 {
            return f.write_str(" UTC");
        }
        let sign = if self.offset_seconds < 0 { '-' } else { '+' };
        let minutes = self.offset_seconds.unsigned_abs().div_euclid(60);
        write!(f, " {sign}{:02}:{:02}", minutes.div_euclid(60), minutes.rem_euclid(60))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_zone_is_named_as_in_the_iana_database() {
        for name in ["UTC", "Europe/Berlin", "America/Argentina/Buenos_Aires", "Etc/GMT+3", "GMT0"] {
            assert_eq!(TimeZone::parse(name).unwrap().as_str(), name);
        }
        for wrong in ["", "+02:00", "Europe/Berl\u{ed}n", "Europe Berlin", "/UTC", "A;B", &"A".repeat(65)] {
            assert_eq!(TimeZone::parse(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn an_instant_belongs_to_the_day_that_the_clocks_of_its_place_show() {
        for (at, offset_seconds, shown) in [
            ("2026-10-31T22:30:00Z", 7_200, "2026-11-01 00:30 +02:00"),
            ("2026-10-31T22:30:00Z", 0, "2026-10-31 22:30 UTC"),
            ("2026-10-31T22:30:00Z", -12_600, "2026-10-31 19:00 -03:30"),
            ("2026-12-31T18:15:00Z", 20_700, "2027-01-01 00:00 +05:45"),
            // The calendar of the books begins in 1970.
            ("1970-01-01T00:00:00Z", -3_600, "1970-01-01 00:00 -01:00"),
        ] {
            let local = LocalTime::new(Timestamp::parse(at).unwrap(), offset_seconds);
            assert_eq!(local.to_string(), shown);
            assert_eq!(shown.split_once(' ').unwrap().0, local.date().to_string(), "{at}");
        }
    }
}
