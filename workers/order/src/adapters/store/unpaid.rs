//! Orders that nobody has paid in time are cancelled: their prices do not hold for ever, and credit that they bind is
//! free again.

use contracts::events::CancelledBecause;
use kernel::{Failure, Timestamp};
use store::{Unit, values};

use super::Store;
use super::orders::is_stale;
use super::reactions::PendingRow;
use super::sql::placing as sql;

/// The most orders that one sweep cancels.
const CANCELLED_AT_ONCE: i64 = 100;
const REASON: &str = "it was not paid in time";

impl Store<'_> {
    /// Cancels orders that were placed before a time and wait for payment, the oldest first. One that is being paid is
    /// left to its checkout. Returns how many.
    pub(crate) async fn cancel_unpaid(&self, before: Timestamp) -> Result<u32, Failure> {
        let listed = self.context.query(sql::LIST_UNPAID.bind(values![before, CANCELLED_AT_ONCE])).await?;
        let unpaid: Vec<PendingRow> = listed.read()?;
        if unpaid.is_empty() {
            return Ok(0);
        }
        let mut unit = Unit::new(self.context.now(), None);
        let why = (CancelledBecause::NotPaid, Vec::new());
        self.push_cancellations(&mut unit, &unpaid, REASON, why, |_| None)?;
        match self.context.commit(unit).await {
            Ok(_) => Ok(u32::try_from(unpaid.len()).unwrap_or(u32::MAX)),
            // One of them is being paid now: nothing happened, and the next sweep reads again.
            Err(error) if is_stale(&error) => Ok(0),
            Err(error) => Err(error.into()),
        }
    }
}
