//! What several requests share: amounts in the currency of the books, date ranges, keys of pages, and the amounts of
//! reports.

use kernel::{Currency, Cursor, Date, Money, Timestamp};
use schemars::JsonSchema;
use serde::Deserialize;
use web::{Context, FieldError, Problem};

use crate::domain::span::beginning;

/// The error of an amount that is not in the currency of the books.
pub(super) fn foreign(pointer: impl Into<String>, amount: Money, books: Currency) -> Option<FieldError> {
    (amount.currency() != books).then(|| FieldError::new(pointer, format!("must be in {books}")))
}

/// An amount of a report. A sum of sums may exceed the range of an amount: then this fails instead of truncating.
pub(super) fn shown(minor: i64, currency: Currency) -> Result<Money, Problem> {
    Money::from_minor(minor, currency).map_err(|error| Problem::internal(format!("{minor}: {error}")))
}

/// The parts of a page's key; a cursor of another list is refused.
pub(super) fn key_parts<const N: usize>(cursor: &Cursor) -> Result<[String; N], Problem> {
    let parts: Vec<String> = cursor.key().splitn(N, '|').map(str::to_owned).collect();
    parts.try_into().map_err(|_| Problem::field("cursor", "must be the nextCursor of an earlier answer"))
}

/// When money came or went: now by default. A clock may be a little ahead, but money of next week has not arrived.
pub(super) fn money_time(context: &Context, given: Option<Timestamp>) -> Result<Timestamp, Problem> {
    let at = given.unwrap_or_else(|| context.now());
    if at > context.now().plus_seconds(86_400) {
        return Err(Problem::field("/paidAt", "must not be in the future"));
    }
    Ok(at)
}

/// A range of days, both inclusive.
#[derive(Debug, Clone, Copy, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct Range {
    from: Option<Date>,
    /// The last day; today by default.
    to: Option<Date>,
    /// Another name of `to`: give one of them.
    as_of: Option<Date>,
}

impl Range {
    /// The requested days: up to `to`, also called `asOf`, or today; starting at `from`, or at the day that
    /// `default_from` returns for the last day.
    pub(super) fn days(
        self,
        today: Date,
        default_from: impl Fn(Date) -> Date,
    ) -> Result<(Date, Date), Problem> {
        if self.to.is_some() && self.as_of.is_some() {
            return Err(Problem::field("asOf", "is another name of to: give one of them"));
        }
        let to = self.to.or(self.as_of).unwrap_or(today);
        let from = self.from.unwrap_or_else(|| default_from(to));
        if from > to {
            return Err(Problem::field("from", "must not be after to"));
        }
        Ok((from, to))
    }

    /// From the beginning of the books by default.
    pub(super) fn since_the_beginning(self, today: Date) -> Result<(Date, Date), Problem> {
        self.days(today, |to| beginning().min(to))
    }

    /// From January 1 of the last day's year by default.
    pub(super) fn of_the_year(self, today: Date) -> Result<(Date, Date), Problem> {
        self.days(today, |to| Date::parse(&format!("{:04}-01-01", to.year())).unwrap_or(to))
    }
}
