//! A till's day: how far its sequence has arrived, its totals, and its closing (the Z report).
//!
//! A day is a range of the till's sequence numbers, not of time. It starts after the last number of the previous
//! closing and ends with the last number that the till reports. Every number in between must have arrived. Sales
//! without a number, and refunds paid from the drawer, belong to the day that was open when they were recorded.

use contracts::events::TillClosed;
use contracts::terms::PaymentMethod;
use kernel::ids::ClosingId;
use kernel::text::{Code, ShortText};
use kernel::{Currency, Date, Money, MoneyError, Timestamp};

/// A till, and how far its sequence has arrived.
#[derive(Debug, Clone, PartialEq, Eq, serde::Deserialize)]
pub struct Till {
    pub terminal_id: Code,
    /// Every sequence number up to this one has arrived.
    pub contiguous_through: i64,
    /// The highest sequence number that has arrived.
    pub highest: i64,
    /// The number of its closings.
    pub closings: i64,
    /// The last sequence number of the last closing.
    pub closed_through: i64,
}

/// Missing sequence numbers, both ends included.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize, schemars::JsonSchema)]
#[schemars(rename = "TerminalGap")]
pub struct Gap {
    pub from: i64,
    pub to: i64,
}

/// The sum of one payment method.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Taking {
    pub method: PaymentMethod,
    pub payments: i64,
    pub amount: Money,
}

/// The totals of a day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Day {
    pub sales: i64,
    /// Sales refused for lack of stock: their sequence numbers are used.
    pub cancelled: i64,
    /// Sales that are stored and not completed yet.
    pub unfinished: i64,
    /// Sales that a person should review.
    pub to_review: i64,
    /// The sum of the sales.
    pub total: Money,
    pub takings: Vec<Taking>,
    /// Cash paid from the drawer for refunds.
    pub cash_refunds: Money,
    /// The number of those refunds.
    pub refunds: i64,
    /// When its first sale took place.
    pub opened_at: Option<Timestamp>,
}

impl Day {
    /// The cash taken for sales.
    pub fn cash_sales(&self) -> Result<Money, MoneyError> {
        let cash = self.takings.iter().filter(|taking| taking.method == PaymentMethod::Cash);
        Money::sum(self.total.currency(), cash.map(|taking| taking.amount))
    }

    /// By how much the cash in the drawer should have grown since the start of the day.
    pub fn expected_cash(&self) -> Result<Money, MoneyError> {
        self.cash_sales()?.minus(self.cash_refunds)
    }
}

/// The closing of a till's day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Closing {
    /// Its id, which the client may choose.
    pub id: ClosingId,
    pub terminal_id: Code,
    /// 1, 2, 3, … for each till.
    pub number: i64,
    /// The first sequence number of the day; one more than `through_sequence` for a day without any.
    pub from_sequence: i64,
    /// The last sequence number of the day.
    pub through_sequence: i64,
    /// The totals of the day.
    pub day: Day,
    /// The cash counted in the drawer; none when it was not counted.
    pub counted_cash: Option<Money>,
    /// The cashier's note.
    pub note: Option<ShortText>,
    pub closed_by: String,
    pub closed_at: Timestamp,
    /// The day to which it belongs, in the time zone of its shop: the date on which a difference is booked.
    pub business_day: Date,
    /// The request as text: distinguishes a retry from another closing.
    pub request: String,
}

impl Closing {
    /// Counted minus expected cash: positive when there is too much.
    pub fn difference(&self) -> Result<Option<Money>, MoneyError> {
        let expected = self.day.expected_cash()?;
        self.counted_cash.map(|counted| counted.minus(expected)).transpose()
    }

    /// The event of the closing.
    pub fn event(&self) -> Result<TillClosed, MoneyError> {
        Ok(TillClosed {
            closing_id: self.id,
            terminal_id: self.terminal_id.clone(),
            closing_number: self.number,
            closed_at: self.closed_at,
            business_day: Some(self.business_day),
            currency: self.currency(),
            sales: self.day.sales,
            total: self.day.total,
            expected_cash: self.day.expected_cash()?,
            counted_cash: self.counted_cash,
        })
    }

    /// The currency of every amount.
    #[must_use]
    pub const fn currency(&self) -> Currency {
        self.day.total.currency()
    }
}

/// Why a day cannot be closed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ClosingRefused {
    /// Some sequence numbers have not arrived.
    #[error("counts are missing")]
    Gap(Vec<Gap>),
    /// A later number, or this one with nothing after it, is already closed.
    #[error("closing {number} goes through {through}")]
    Closed {
        /// The last closing.
        number: i64,
        /// Its last sequence number.
        through: i64,
    },
    /// There is nothing to close.
    #[error("nothing was sold")]
    Empty,
    /// Some sales are not completed yet.
    #[error("{0} sales are not complete")]
    Unfinished(i64),
}

/// Whether the day may end with the number `through`, given the known gaps of the till.
pub fn may_close(till: &Till, day: &Day, gaps: &[Gap], through: i64) -> Result<(), ClosingRefused> {
    let missing = missing(till, gaps, through);
    if !missing.is_empty() {
        return Err(ClosingRefused::Gap(missing));
    }
    let nothing_new = through == till.closed_through && day.sales == 0 && day.cancelled == 0;
    if through < till.closed_through || (nothing_new && day.unfinished == 0 && day.refunds == 0) {
        return Err(match till.closings {
            0 => ClosingRefused::Empty,
            number => ClosingRefused::Closed { number, through: till.closed_through },
        });
    }
    if day.unfinished > 0 { Err(ClosingRefused::Unfinished(day.unfinished)) } else { Ok(()) }
}

/// The missing numbers up to `through`: in between, and after the highest that has arrived.
fn missing(till: &Till, gaps: &[Gap], through: i64) -> Vec<Gap> {
    let within = gaps.iter().filter(|gap| gap.from <= through);
    let mut missing: Vec<Gap> = within.map(|gap| Gap { from: gap.from, to: gap.to.min(through) }).collect();
    if till.highest < through {
        missing.push(Gap { from: till.highest.saturating_add(1), to: through });
    }
    missing
}

#[cfg(test)]
mod tests {
    use super::*;

    fn usd(amount: &str) -> Money {
        Money::parse(amount, Currency::USD).unwrap()
    }

    fn day(sales: i64, unfinished: i64, refunds: i64) -> Day {
        let taking = |method, amount| Taking { method, payments: 1, amount: usd(amount) };
        Day {
            sales,
            cancelled: 0,
            unfinished,
            to_review: 0,
            total: usd("15.00"),
            takings: vec![taking(PaymentMethod::Cash, "10.00"), taking(PaymentMethod::CardTerminal, "5.00")],
            cash_refunds: usd("2.50"),
            refunds,
            opened_at: None,
        }
    }

    fn gap(from: i64, to: i64) -> Gap {
        Gap { from, to }
    }

    #[test]
    fn a_day_ends_where_every_count_is_there_and_something_is_new() {
        use ClosingRefused::{Closed, Empty, Gap, Unfinished};
        let holes = [gap(4, 5), gap(8, 8)];
        // contiguous, highest, closings, closed through; sales, unfinished, refunds; gaps; through.
        for (
            (contiguous, highest, closings, closed),
            (sales, unfinished, refunds),
            gaps,
            through,
            expected,
        ) in [
            ((3, 9, 0, 0), (3, 0, 0), &holes[..], 3, Ok(())),
            ((3, 9, 0, 0), (3, 0, 0), &holes[..], 4, Err(Gap(vec![gap(4, 4)]))),
            ((3, 9, 0, 0), (3, 0, 0), &holes[..], 9, Err(Gap(vec![gap(4, 5), gap(8, 8)]))),
            ((3, 9, 0, 0), (3, 0, 0), &holes[..], 12, Err(Gap(vec![gap(4, 5), gap(8, 8), gap(10, 12)]))),
            ((5, 5, 0, 0), (5, 0, 0), &[], 6, Err(Gap(vec![gap(6, 6)]))),
            ((0, 0, 0, 0), (0, 0, 0), &[], 2, Err(Gap(vec![gap(1, 2)]))),
            ((5, 5, 0, 0), (5, 0, 0), &[], 5, Ok(())),
            ((5, 5, 0, 0), (4, 1, 0), &[], 5, Err(Unfinished(1))),
            ((5, 5, 2, 5), (0, 0, 0), &[], 5, Err(Closed { number: 2, through: 5 })),
            ((5, 5, 2, 5), (0, 0, 0), &[], 4, Err(Closed { number: 2, through: 5 })),
            ((5, 5, 2, 5), (1, 0, 0), &[], 5, Ok(())),
            ((5, 5, 2, 5), (0, 0, 1), &[], 5, Ok(())),
            ((5, 5, 2, 5), (0, 1, 0), &[], 5, Err(Unfinished(1))),
            ((0, 0, 0, 0), (0, 0, 0), &[], 0, Err(Empty)),
        ] {
            let till = Till {
                terminal_id: Code::parse("T1").unwrap(),
                contiguous_through: contiguous,
                highest,
                closings,
                closed_through: closed,
            };
            let found = may_close(&till, &day(sales, unfinished, refunds), gaps, through);
            assert_eq!(found, expected, "{till:?} through {through}");
        }
    }

    #[test]
    fn the_drawer_holds_cash_sales_less_cash_refunds() {
        let closing = |counted: Option<&str>| Closing {
            id: ClosingId::parse("0193e9a0-0000-7000-8000-000000000001").unwrap(),
            terminal_id: Code::parse("T1").unwrap(),
            number: 1,
            from_sequence: 1,
            through_sequence: 2,
            day: day(2, 0, 1),
            counted_cash: counted.map(usd),
            note: None,
            closed_by: "carla".to_owned(),
            closed_at: Timestamp::parse("2026-11-20T20:00:00Z").unwrap(),
            business_day: Date::parse("2026-11-20").unwrap(),
            request: String::new(),
        };
        for (counted, difference) in [
            (None, None),
            (Some("7.50"), Some("0")),
            (Some("7.00"), Some("-0.50")),
            (Some("9.00"), Some("1.50")),
        ] {
            assert_eq!(closing(counted).difference().unwrap(), difference.map(usd), "{counted:?}");
        }
        assert_eq!(closing(None).event().unwrap().expected_cash, usd("7.50"));
    }
}
