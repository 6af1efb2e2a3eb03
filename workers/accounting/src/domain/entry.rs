//! Journal entries: their content, and the checks before they are written.

use kernel::ids::EntryId;
use kernel::text::{Code, ShortText};
use kernel::{Currency, Date, Money, MoneyError, Timestamp};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::account::Direction;

/// The origin of an entry.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub enum EntryType {
    /// By hand.
    Manual,
    /// By a source event.
    System,
    /// By hand, repeated every month.
    Recurring,
    /// By hand, to correct another entry or to accrue.
    Adjusting,
    /// By hand, to close a year's earnings.
    Closing,
}

impl EntryType {
    /// The word in JSON and in the database.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Manual => "Manual",
            Self::System => "System",
            Self::Recurring => "Recurring",
            Self::Adjusting => "Adjusting",
            Self::Closing => "Closing",
        }
    }
}

/// The status of an entry.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub enum EntryStatus {
    /// Written, but not in any balance.
    Draft,
    /// In the books, permanently.
    Posted,
    /// Reversed by another entry; or a draft that was discarded.
    Voided,
}

impl EntryStatus {
    /// The word in JSON and in the database.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Draft => "Draft",
            Self::Posted => "Posted",
            Self::Voided => "Voided",
        }
    }
}

/// A line of a journal entry.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schemars(rename = "JournalLine")]
pub struct EntryLine {
    pub account_code: Code,
    pub direction: Direction,
    /// Above zero.
    pub amount: Money,
}

/// An entry to be written. Made only by [`EntryDraft::new`]: it balances.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EntryDraft {
    /// The day it is booked on.
    pub entry_date: Date,
    /// What happened.
    pub description: ShortText,
    /// A document's number.
    pub reference: Option<ShortText>,
    /// Its origin.
    pub entry_type: EntryType,
    /// The event it books, `order:<id>`.
    pub source: Option<Source>,
    /// At least two.
    lines: Vec<EntryLine>,
    total: Money,
}

/// The source of a system entry: one source, one entry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Source {
    /// `order:<id>`, `refund:<id>`, `adjustment:<id>`, `closing:<id>`, `payment:<id>`.
    pub id: String,
    /// The total of the sale, refund or payment, without the cost of goods.
    pub total: Money,
}

/// Why lines do not make an entry.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum LinesError {
    /// Fewer than two.
    #[error("an entry needs at least two lines")]
    TooFew,
    /// The amount of the line at this index is zero or negative.
    #[error("line {0} is not above zero")]
    NotPositive(usize),
    /// The sides differ.
    #[error("debits are {debits} and credits are {credits}")]
    Unbalanced {
        /// Sum of one side.
        debits: Money,
        /// Sum of the other.
        credits: Money,
    },
    /// Sums beyond the range of an amount, or two currencies.
    #[error(transparent)]
    Money(#[from] MoneyError),
}

/// The content of an entry apart from its lines.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Heading {
    /// The day it is booked on.
    pub entry_date: Date,
    /// What happened.
    pub description: ShortText,
    /// A document's number.
    pub reference: Option<ShortText>,
    /// How it came to be.
    pub entry_type: EntryType,
}

impl EntryDraft {
    /// An entry with these lines, if they balance.
    pub fn new(
        heading: Heading,
        source: Option<Source>,
        lines: Vec<EntryLine>,
        currency: Currency,
    ) -> Result<Self, LinesError> {
        if lines.len() < 2 {
            return Err(LinesError::TooFew);
        }
        if let Some(index) = lines.iter().position(|line| !line.amount.is_positive()) {
            return Err(LinesError::NotPositive(index));
        }
        let side = |wanted| {
            let lines = lines.iter().filter(move |line| line.direction == wanted);
            Money::sum(currency, lines.map(|line| line.amount))
        };
        let (debits, credits) = (side(Direction::Debit)?, side(Direction::Credit)?);
        if debits != credits {
            return Err(LinesError::Unbalanced { debits, credits });
        }
        let Heading { entry_date, description, reference, entry_type } = heading;
        Ok(Self { entry_date, description, reference, entry_type, source, lines, total: debits })
    }

    /// The lines.
    #[must_use]
    pub fn lines(&self) -> &[EntryLine] {
        &self.lines
    }

    /// The sum of the debits, which equals that of the credits.
    #[must_use]
    pub const fn total(&self) -> Money {
        self.total
    }

    /// The same entry on a later day, because its own day is closed. The description says so.
    #[must_use]
    pub fn moved_to(&self, day: Date) -> Self {
        let note = format!(" (of {}, whose period is closed)", self.entry_date);
        let kept: String =
            self.description.as_str().chars().take(500_usize.saturating_sub(note.len())).collect();
        let description =
            ShortText::parse(&format!("{kept}{note}")).unwrap_or_else(|_| self.description.clone());
        Self { entry_date: day, description, ..self.clone() }
    }
}

/// An entry in the journal.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "JournalEntry")]
pub struct Entry {
    pub id: EntryId,
    /// `JE-2026-000001`, once posted. Without a gap in the year of the entry's date.
    pub entry_number: Option<String>,
    /// The day it is booked on.
    pub entry_date: Date,
    pub description: ShortText,
    /// A document's number.
    pub reference: Option<ShortText>,
    pub entry_type: EntryType,
    pub status: EntryStatus,
    /// The sum of its debits, which equals that of its credits.
    pub total: Money,
    pub lines: Vec<EntryLine>,
    /// The event it books: `order:<id>`, `refund:<id>`, `adjustment:<id>`, `closing:<id>`, `payment:<id>`.
    pub source_id: Option<String>,
    /// The entry that this one reverses.
    pub reverses_entry_id: Option<EntryId>,
    /// The entry that reversed this one.
    pub reversed_by_entry_id: Option<EntryId>,
    /// Who wrote it: a user, or the service.
    pub created_by: String,
    pub created_at: Timestamp,
    pub posted_at: Option<Timestamp>,
}

impl Entry {
    /// The entry that reverses this one: the same lines with debit and credit swapped.
    pub fn reverse(&self, day: Date, reason: &ShortText) -> Result<EntryDraft, LinesError> {
        let text = match &self.entry_number {
            Some(number) => format!("Void of {number}: {reason}"),
            None => format!("Void: {reason}"),
        };
        let text: String = text.chars().take(500).collect();
        let heading = Heading {
            entry_date: day,
            description: ShortText::parse(&text).unwrap_or_else(|_| reason.clone()),
            reference: self.reference.clone(),
            entry_type: self.entry_type,
        };
        let turned =
            self.lines.iter().map(|line| EntryLine { direction: line.direction.reversed(), ..line.clone() });
        EntryDraft::new(heading, None, turned.collect(), self.total.currency())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(text: &str) -> Vec<EntryLine> {
        text.split(',')
            .filter(|line| !line.trim().is_empty())
            .map(|line| {
                let words: Vec<&str> = line.split_whitespace().collect();
                let direction = if words[0] == "Dr" { Direction::Debit } else { Direction::Credit };
                let amount = Money::parse(words[2], Currency::USD).unwrap();
                EntryLine { account_code: Code::parse(words[1]).unwrap(), direction, amount }
            })
            .collect()
    }

    fn draft(text: &str) -> Result<EntryDraft, LinesError> {
        let heading = Heading {
            entry_date: Date::parse("2026-11-20").unwrap(),
            description: ShortText::parse("Rent").unwrap(),
            reference: None,
            entry_type: EntryType::Manual,
        };
        EntryDraft::new(heading, None, lines(text), Currency::USD)
    }

    #[test]
    fn an_entry_needs_two_lines_above_zero_that_balance() {
        for (text, total) in [
            ("Dr 6020 10.00, Cr 1020 10.00", Ok("10.00")),
            ("Dr 6020 7.50, Dr 6030 2.50, Cr 1020 10.00", Ok("10.00")),
            ("", Err("an entry needs at least two lines")),
            ("Dr 6020 10.00", Err("an entry needs at least two lines")),
            ("Dr 6020 0.00, Cr 1020 0.00", Err("line 0 is not above zero")),
            ("Dr 6020 5.00, Cr 1020 5.00, Cr 1020 -1.00", Err("line 2 is not above zero")),
            ("Dr 6020 10.00, Cr 1020 9.99", Err("debits are 10.00 USD and credits are 9.99 USD")),
            ("Dr 6020 10.00, Dr 1020 10.00", Err("debits are 20.00 USD and credits are 0.00 USD")),
        ] {
            let found = draft(text).map(|draft| draft.total().amount()).map_err(|error| error.to_string());
            assert_eq!(found, total.map(str::to_owned).map_err(str::to_owned), "{text}");
        }
    }

    #[test]
    fn an_entry_of_a_closed_day_says_where_it_belongs() {
        let moved = draft("Dr 6020 1.00, Cr 1020 1.00").unwrap().moved_to(Date::parse("2026-12-01").unwrap());
        assert_eq!(moved.entry_date.to_string(), "2026-12-01");
        assert_eq!(moved.description.as_str(), "Rent (of 2026-11-20, whose period is closed)");
    }
}
