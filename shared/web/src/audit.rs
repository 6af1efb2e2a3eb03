//! How a service checks its stored data: part by part, and each part page by page, so that one request never reads more
//! than one page of a growing table.

use std::future::Future;

use contracts::ops::{Check, ServiceReconciliation};
use kernel::Cursor;
use schemars::JsonSchema;
use serde::{Deserialize, Deserializer};
use store::DatabaseError;

use crate::Problem;

/// The most rows that one page checks.
pub const PAGE: u16 = 5_000;

/// A part whose rows are each the sum of a history reads this many times fewer rows: 1,000 days of accounts, or 1,000
/// SKUs.
const HISTORY: usize = 5;

/// A reader's position in the pages, as the query of an internal route.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Position {
    /// The `nextCursor` of the previous answer.
    pub cursor: Option<Cursor>,
    /// Rows, 5,000 by default.
    #[serde(default)]
    pub limit: PageSize,
}

/// Rows of a page: 1 to 5,000.
#[derive(Debug, Clone, Copy, PartialEq, Eq, JsonSchema)]
#[schemars(transparent)]
pub struct PageSize(#[schemars(range(min = 1, max = 5_000))] u16);

impl PageSize {
    /// The number of rows.
    #[must_use]
    pub fn rows(self) -> usize {
        usize::from(self.0)
    }
}

impl Default for PageSize {
    fn default() -> Self {
        Self(PAGE)
    }
}

impl<'de> Deserialize<'de> for PageSize {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        // A query string is text: a number arrives as one.
        let text = String::deserialize(deserializer)?;
        let rows = text.parse().ok().filter(|rows| (1..=PAGE).contains(rows));
        rows.map(Self)
            .ok_or_else(|| serde::de::Error::custom(format!("must be a whole number from 1 to {PAGE}")))
    }
}

/// What was found in one part.
#[derive(Debug, Default)]
pub struct Findings {
    /// The checks.
    pub checks: Vec<Check>,
    /// The key of the page's last row, when more may follow.
    pub last: Option<String>,
}

impl Findings {
    /// For a part that is not a growing table: all of it.
    #[must_use]
    pub fn all(checks: Vec<Check>) -> Self {
        Self { checks, last: None }
    }
}

/// A checked page, as its counting statement returns it.
#[derive(Debug, Deserialize)]
pub struct Page {
    /// How many rows.
    pub checked: i64,
    /// The key of the last.
    pub last: Option<String>,
}

impl Page {
    /// Findings that continue after this page, when it is full.
    #[must_use]
    pub fn found(self, rows: usize, checks: Vec<Check>) -> Findings {
        let full = usize::try_from(self.checked).is_ok_and(|found| found >= rows);
        Findings { checks, last: self.last.filter(|_| full) }
    }
}

/// An audit in progress. A service names its parts in order. Parts that an earlier answer covered are skipped, and so
/// are those after a page that is full.
#[derive(Debug)]
pub struct Audit {
    /// The part and key after which to continue, until that part is reached.
    from: Option<(String, String)>,
    limit: PageSize,
    answer: ServiceReconciliation,
}

impl Audit {
    pub(crate) fn from(cursor: Option<&Cursor>, limit: PageSize) -> Self {
        let from = cursor.map(|cursor| {
            let (part, key) = cursor.key().split_once('|').unwrap_or((cursor.key(), ""));
            (part.to_owned(), key.to_owned())
        });
        Self { from, limit, answer: ServiceReconciliation::default() }
    }

    /// Checks a part. `look` gets the key to start after (empty at the start of the part) and the number of rows.
    pub async fn part<F>(
        &mut self,
        name: &str,
        look: impl FnOnce(String, usize) -> F,
    ) -> Result<(), DatabaseError>
    where
        F: Future<Output = Result<Findings, DatabaseError>>,
    {
        if self.answer.next_cursor.is_some() || self.from.as_ref().is_some_and(|(part, _)| part != name) {
            return Ok(());
        }
        let after = self.from.take().map(|(_, key)| key).unwrap_or_default();
        let found = look(after, self.limit.rows()).await?;
        self.answer.checks.extend(found.checks);
        self.answer.next_cursor = found.last.map(|key| Cursor::after(format!("{name}|{key}")));
        Ok(())
    }

    /// The same for a part whose rows are each compared with their own history.
    pub async fn part_of_sums<F>(
        &mut self,
        name: &str,
        look: impl FnOnce(String, usize) -> F,
    ) -> Result<(), DatabaseError>
    where
        F: Future<Output = Result<Findings, DatabaseError>>,
    {
        self.part(name, |after, rows| look(after, rows.div_ceil(HISTORY))).await
    }

    /// What was found, and where to continue. Refuses a cursor that names no part.
    pub fn done(self) -> Result<ServiceReconciliation, Problem> {
        match self.from {
            None => Ok(self.answer),
            Some(_) => Err(Problem::field("cursor", "must be the nextCursor of an earlier answer")),
        }
    }
}
