//! Points in time and calendar dates, always UTC, always given: nothing here reads a clock.

use std::fmt;

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use time::format_description::well_known::Rfc3339;
use time::{Month, OffsetDateTime, UtcOffset};

/// A point in time with millisecond precision. Text: `2026-11-20T10:35:00.000Z`, which sorts as time.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Timestamp {
    unix_ms: i64,
}

/// The years this system keeps books for.
const YEARS: std::ops::RangeInclusive<i32> = 1970..=9999;

impl Timestamp {
    /// From milliseconds since 1970; values outside the years 1970 to 9999 are clamped.
    #[must_use]
    pub fn from_unix_ms(unix_ms: i64) -> Self {
        Self { unix_ms: unix_ms.clamp(0, 253_402_300_799_999) }
    }

    /// Parses RFC 3339, any offset.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        // In UTC the year may be outside the calendar's range.
        let parsed = OffsetDateTime::parse(text, &Rfc3339).ok()?.checked_to_offset(UtcOffset::UTC)?;
        if !YEARS.contains(&parsed.year()) {
            return None;
        }
        let unix_ms = i64::try_from(parsed.unix_timestamp_nanos().div_euclid(1_000_000)).ok()?;
        Some(Self { unix_ms })
    }

    /// Milliseconds since 1970.
    #[must_use]
    pub const fn unix_ms(self) -> i64 {
        self.unix_ms
    }

    /// Seconds since 1970.
    #[must_use]
    pub const fn unix_seconds(self) -> i64 {
        self.unix_ms.div_euclid(1000)
    }

    /// This many seconds later (or earlier, when negative).
    #[must_use]
    pub fn plus_seconds(self, seconds: i64) -> Self {
        Self::from_unix_ms(self.unix_ms.saturating_add(seconds.saturating_mul(1000)))
    }

    /// The calendar date in UTC.
    #[must_use]
    pub fn date(self) -> Date {
        let utc = self.utc();
        Date { year: utc.year(), month: u8::from(utc.month()), day: utc.day() }
    }

    /// The calendar year in UTC.
    #[must_use]
    pub fn year(self) -> i32 {
        self.utc().year()
    }

    fn utc(self) -> OffsetDateTime {
        OffsetDateTime::from_unix_timestamp_nanos(i128::from(self.unix_ms).saturating_mul(1_000_000))
            .unwrap_or(OffsetDateTime::UNIX_EPOCH)
    }
}

impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let t = self.utc();
        write!(
            f,
            "{:04}-{:02}-{:02}T{:02}:{:02}:{:02}.{:03}Z",
            t.year(),
            u8::from(t.month()),
            t.day(),
            t.hour(),
            t.minute(),
            t.second(),
            t.millisecond()
        )
    }
}

impl fmt::Debug for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// A calendar date. Text: `2026-11-20`.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Date {
    year: i32,
    month: u8,
    day: u8,
}

impl Date {
    /// The first day of the calendar.
    pub const FIRST: Self = Self { year: 1970, month: 1, day: 1 };

    /// Parses `YYYY-MM-DD`.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let mut parts = text.splitn(3, '-');
        let (year, month, day) = (parts.next()?, parts.next()?, parts.next()?);
        let digits = |part: &str, length: usize| {
            (part.len() == length && part.bytes().all(|b| b.is_ascii_digit())).then_some(())
        };
        digits(year, 4)?;
        digits(month, 2)?;
        digits(day, 2)?;
        let (year, month, day) = (year.parse().ok()?, month.parse().ok()?, day.parse().ok()?);
        time::Date::from_calendar_date(year, Month::try_from(month).ok()?, day).ok()?;
        YEARS.contains(&year).then_some(Self { year, month, day })
    }

    /// The year.
    #[must_use]
    pub const fn year(self) -> i32 {
        self.year
    }

    /// The month, 1 to 12.
    #[must_use]
    pub const fn month(self) -> u8 {
        self.month
    }

    /// The first day of its month.
    #[must_use]
    pub const fn month_start(self) -> Self {
        Self { day: 1, ..self }
    }

    /// Midnight UTC at its start.
    #[must_use]
    pub fn start(self) -> Timestamp {
        let date = Month::try_from(self.month)
            .and_then(|month| time::Date::from_calendar_date(self.year, month, self.day));
        let seconds = date.map_or(0, |date| date.midnight().assume_utc().unix_timestamp());
        Timestamp::from_unix_ms(seconds.saturating_mul(1000))
    }

    /// The date this many days later (or earlier, when negative).
    #[must_use]
    pub fn plus_days(self, days: i64) -> Self {
        self.start().plus_seconds(days.saturating_mul(86_400)).date()
    }
}

impl fmt::Display for Date {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}-{:02}-{:02}", self.year, self.month, self.day)
    }
}

impl fmt::Debug for Date {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

macro_rules! text_form {
    ($type:ty, $wants:literal) => {
        impl Serialize for $type {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.collect_str(self)
            }
        }

        impl<'de> Deserialize<'de> for $type {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let text = String::deserialize(deserializer)?;
                Self::parse(&text).ok_or_else(|| serde::de::Error::custom($wants))
            }
        }
    };
}

text_form!(Timestamp, "must be an RFC 3339 time such as \"2026-11-20T10:35:00Z\"");
text_form!(Date, "must be a date such as \"2026-11-20\"");

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_timestamp_is_shown_in_utc_and_sorts_as_text() {
        let given = Timestamp::parse("2026-11-20T12:35:00.5+02:00").unwrap();
        assert_eq!(given.to_string(), "2026-11-20T10:35:00.500Z");
        assert!(given.to_string() < given.plus_seconds(1).to_string());
        assert_eq!(Timestamp::parse(&given.to_string()), Some(given));
        assert_eq!(given.date().to_string(), "2026-11-20");
        assert_eq!(Timestamp::parse("2026-11-20 10:35"), None);
    }

    #[test]
    fn a_time_whose_utc_year_does_not_exist_is_refused() {
        assert_eq!(Timestamp::parse("9999-12-31T23:59:59-00:01"), None);
        assert_eq!(Timestamp::parse("1970-01-01T00:00:00+00:01"), None);
        assert_eq!(Timestamp::parse("0000-01-01T00:00:00+23:59"), None);
    }

    #[test]
    fn a_date_knows_its_calendar() {
        assert_eq!(Date::parse("2024-02-29").unwrap().plus_days(1).to_string(), "2024-03-01");
        assert_eq!(Date::parse("2026-11-20").unwrap().plus_days(30).to_string(), "2026-12-20");
        for wrong in ["2023-02-29", "2026-1-01", "2026-13-01", "+026-01-01", "20260101", ""] {
            assert_eq!(Date::parse(wrong), None, "{wrong}");
        }
    }
}
