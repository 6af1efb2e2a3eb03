//! A range of days, split into whole months, which use the monthly balances, and the remaining days at its ends, which
//! use the daily balances.

use kernel::Date;

use super::period::ends_a_month;

/// The first and the last day, both inclusive.
pub type Days = (Date, Date);

/// A range of days as reports read it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Span {
    /// The first and the last whole month, `2026-11`.
    pub months: Option<(String, String)>,
    /// Days before the first whole month, or all of them when there is none.
    pub head: Option<Days>,
    /// Days after the last whole month.
    pub tail: Option<Days>,
}

fn month(day: Date) -> String {
    day.to_string().chars().take(7).collect()
}

/// The first day of the books.
#[must_use]
pub fn beginning() -> Date {
    kernel::Timestamp::from_unix_ms(0).date()
}

impl Span {
    /// The days from `from` to `to`, both inclusive; none when `to` is earlier.
    #[must_use]
    pub fn between(from: Date, to: Date) -> Self {
        let nothing = Self { months: None, head: None, tail: None };
        if from > to {
            return nothing;
        }
        let first_whole =
            if from == from.month_start() { from } else { from.month_start().plus_days(31).month_start() };
        let after_last_whole = if ends_a_month(to) { to.plus_days(1) } else { to.month_start() };
        if first_whole >= after_last_whole {
            return Self { head: Some((from, to)), ..nothing };
        }
        let last_whole = after_last_whole.plus_days(-1);
        Self {
            months: Some((month(first_whole), month(last_whole))),
            head: (from < first_whole).then(|| (from, first_whole.plus_days(-1))),
            tail: (last_whole < to).then_some((after_last_whole, to)),
        }
    }

    /// Whether it contains no day.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.months.is_none() && self.head.is_none() && self.tail.is_none()
    }

    /// Everything that is booked, on days to come as well.
    #[must_use]
    pub fn everything() -> Self {
        // A text before every month, and one after.
        Self { months: Some((String::new(), "~".to_owned())), head: None, tail: None }
    }

    /// Everything before a day.
    #[must_use]
    pub fn before(day: Date) -> Self {
        if day <= beginning() {
            return Self { months: None, head: None, tail: None };
        }
        Self::between(beginning(), day.plus_days(-1))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(span: &Span) -> String {
        let days = |days: &Option<Days>| days.map_or("-".to_owned(), |(from, to)| format!("{from}..{to}"));
        let months = span.months.as_ref().map_or("-".to_owned(), |(from, to)| format!("{from}..{to}"));
        format!("{} | {months} | {}", days(&span.head), days(&span.tail))
    }

    #[test]
    fn whole_months_are_told_from_days() {
        for (from, to, expected) in [
            ("2026-11-01", "2026-11-30", "- | 2026-11..2026-11 | -"),
            ("2026-01-01", "2026-12-31", "- | 2026-01..2026-12 | -"),
            ("2026-11-01", "2026-11-20", "2026-11-01..2026-11-20 | - | -"),
            ("2026-11-10", "2026-11-30", "2026-11-10..2026-11-30 | - | -"),
            ("2026-11-10", "2026-11-20", "2026-11-10..2026-11-20 | - | -"),
            ("2026-11-20", "2026-11-20", "2026-11-20..2026-11-20 | - | -"),
            (
                "2026-10-15",
                "2026-12-10",
                "2026-10-15..2026-10-31 | 2026-11..2026-11 | 2026-12-01..2026-12-10",
            ),
            ("2026-10-15", "2026-11-10", "2026-10-15..2026-11-10 | - | -"),
            ("2026-10-31", "2026-11-01", "2026-10-31..2026-11-01 | - | -"),
            ("2026-10-01", "2026-12-10", "- | 2026-10..2026-11 | 2026-12-01..2026-12-10"),
            ("2026-10-15", "2026-11-30", "2026-10-15..2026-10-31 | 2026-11..2026-11 | -"),
            ("2026-12-01", "2026-11-30", "- | - | -"),
            ("2024-01-31", "2024-03-31", "2024-01-31..2024-01-31 | 2024-02..2024-03 | -"),
        ] {
            let span = Span::between(Date::parse(from).unwrap(), Date::parse(to).unwrap());
            assert_eq!(shown(&span), expected, "{from} {to}");
            assert_eq!(span.is_empty(), from > to, "{from} {to}");
        }
        assert!(Span::before(beginning()).is_empty());
        assert_eq!(shown(&Span::before(Date::parse("1970-03-01").unwrap())), "- | 1970-01..1970-02 | -");
    }
}
