//! Fiscal periods: whole months that can be closed.

use kernel::ids::PeriodId;
use kernel::text::Name;
use kernel::{Date, Timestamp};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Whether entries can be dated in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub enum PeriodStatus {
    /// Takes entries.
    Open,
    /// Takes no more entries, permanently.
    Closed,
}

/// A declared period.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all(serialize = "camelCase"))]
#[schemars(rename = "FiscalPeriod")]
pub struct Period {
    pub id: PeriodId,
    /// Unique.
    pub name: Name,
    /// The first of a month.
    pub start_date: Date,
    /// The last of a month.
    pub end_date: Date,
    pub status: PeriodStatus,
    pub created_at: Timestamp,
    pub closed_at: Option<Timestamp>,
}

/// Whether a day is the last of its month.
#[must_use]
pub fn ends_a_month(day: Date) -> bool {
    let next = day.plus_days(1);
    next == next.month_start()
}

/// The first day from `day` on that is not in a closed period. `closed` lists the closed periods as (first day, last
/// day), in any order.
#[must_use]
pub fn next_open_day(day: Date, closed: &[(Date, Date)]) -> Date {
    let mut open = day;
    // Each round skips one period, and none is entered twice.
    for _ in closed {
        match closed.iter().find(|(start, end)| *start <= open && open <= *end) {
            Some((_, end)) => open = end.plus_days(1),
            None => break,
        }
    }
    open
}

#[cfg(test)]
mod tests {
    use super::*;

    fn date(text: &str) -> Date {
        Date::parse(text).unwrap()
    }

    #[test]
    fn the_next_open_day_skips_closed_periods() {
        let closed =
            ["2026-12-01 2026-12-31", "2026-10-01 2026-10-31", "2026-11-01 2026-11-30"].map(|text| {
                let (start, end) = text.split_once(' ').unwrap();
                (date(start), date(end))
            });
        for (day, open) in [
            ("2026-09-30", "2026-09-30"),
            ("2026-10-01", "2027-01-01"),
            ("2026-12-31", "2027-01-01"),
            ("2027-02-03", "2027-02-03"),
        ] {
            assert_eq!(next_open_day(date(day), &closed), date(open), "{day}");
        }
        assert_eq!(next_open_day(date("2026-10-01"), &[]), date("2026-10-01"));
    }

    #[test]
    fn a_month_ends_on_its_last_day() {
        for (day, ends) in
            [("2026-02-28", true), ("2024-02-28", false), ("2026-12-31", true), ("2026-12-30", false)]
        {
            assert_eq!(ends_a_month(date(day)), ends, "{day}");
        }
    }
}
