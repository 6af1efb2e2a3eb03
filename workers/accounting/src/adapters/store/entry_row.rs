//! A journal entry as its row, with its lines as one JSON text: a page of entries is one query.

use kernel::ids::EntryId;
use kernel::text::{Code, ShortText};
use kernel::{Currency, Date, Timestamp};
use serde::Deserialize;
use store::DatabaseError;

use super::money;
use crate::domain::account::Direction;
use crate::domain::entry::{Entry, EntryLine, EntryStatus, EntryType};

/// The columns of `entry_columns!`.
#[derive(Deserialize)]
pub(super) struct EntryRow {
    id: EntryId,
    entry_number: Option<String>,
    entry_date: Date,
    description: ShortText,
    reference: Option<ShortText>,
    entry_type: EntryType,
    status: EntryStatus,
    source_id: Option<String>,
    total_minor: i64,
    created_by: String,
    created_at: Timestamp,
    posted_at: Option<Timestamp>,
    reverses_entry_id: Option<EntryId>,
    reversed_by_entry_id: Option<EntryId>,
    lines: String,
}

impl EntryRow {
    /// The entry.
    pub(super) fn entry(self, currency: Currency) -> Result<Entry, DatabaseError> {
        let lines: Vec<(Code, Direction, i64)> = serde_json::from_str(&self.lines)
            .map_err(|error| DatabaseError::Shape(format!("the lines of {}: {error}", self.id)))?;
        let lines = lines.into_iter().map(|(account_code, direction, amount_minor)| {
            Ok(EntryLine { account_code, direction, amount: money(amount_minor, currency)? })
        });
        Ok(Entry {
            id: self.id,
            entry_number: self.entry_number,
            entry_date: self.entry_date,
            description: self.description,
            reference: self.reference,
            entry_type: self.entry_type,
            status: self.status,
            source_id: self.source_id,
            total: money(self.total_minor, currency)?,
            lines: lines.collect::<Result<_, DatabaseError>>()?,
            created_by: self.created_by,
            created_at: self.created_at,
            posted_at: self.posted_at,
            reverses_entry_id: self.reverses_entry_id,
            reversed_by_entry_id: self.reversed_by_entry_id,
        })
    }
}
