//! Attempts to pay, counted per card and per buyer over all orders.

use kernel::ids::PaymentId;
use kernel::{Failure, Timestamp};
use serde::Deserialize;
use store::{Statement, json, values};

use super::Store;
use super::sql::attempts as sql;
use crate::domain::patience::{Counted, WINDOW_SECONDS, seconds_until};

/// The most rows that one sweep deletes.
const FORGOTTEN: usize = 5_000;

#[derive(Deserialize)]
struct OldestRow {
    oldest: Timestamp,
}

pub(super) fn count(counted: &[Counted], id: PaymentId, now: Timestamp) -> Statement {
    sql::COUNT.bind(values![json(counted), now, id, now.plus_seconds(-WINDOW_SECONDS)])
}

impl Store<'_> {
    /// How long it takes until each of them may try again.
    pub(super) async fn wait_seconds(&self, counted: &[Counted]) -> Result<u32, Failure> {
        let now = self.context.now();
        let full = sql::OLDEST_OF_FULL.bind(values![json(counted), now.plus_seconds(-WINDOW_SECONDS)]);
        let rows: Vec<OldestRow> = self.context.query(full).await?.read()?;
        let leave = rows.iter().map(|row| seconds_until(row.oldest.plus_seconds(WINDOW_SECONDS), now));
        Ok(leave.max().unwrap_or(1))
    }

    /// Deletes attempts that no limit counts any more.
    pub(crate) async fn forget_attempts(&self) -> Result<(), Failure> {
        let before = self.context.now().plus_seconds(-WINDOW_SECONDS);
        self.context.query(sql::FORGET.bind(values![before, FORGOTTEN])).await?;
        Ok(())
    }
}
