//! Closes a till's day: everything up to its last sequence number, once.

use kernel::ids::ClosingId;
use kernel::text::{Code, ShortText};
use kernel::{Failure, Money, Timestamp};

use super::ports::tills::Tills;
use crate::domain::till::{Closing, ClosingRefused, may_close};

/// How often a day is calculated again because a sale arrived in between.
const ATTEMPTS_MAX: u32 = 5;

/// A till to close.
#[derive(Debug)]
pub struct CloseTill {
    pub id: ClosingId,
    pub terminal_id: Code,
    /// The last sequence number of the day.
    pub through_sequence: i64,
    /// What was counted in its drawer.
    pub counted_cash: Option<Money>,
    /// The cashier's note.
    pub note: Option<ShortText>,
    pub closed_by: String,
    /// The request as text.
    pub request: String,
    pub at: Timestamp,
}

/// Why a till is not closed.
#[derive(Debug, thiserror::Error)]
pub enum CloseTillError {
    /// Its day cannot end here.
    #[error(transparent)]
    Refused(#[from] ClosingRefused),
    /// The id belongs to another closing.
    #[error("the id is taken")]
    IdTaken,
    /// Another request was closing it, or it kept selling.
    #[error("another request is closing the till, or it is selling")]
    Busy,
    #[error(transparent)]
    Failure(#[from] Failure),
}

/// Closes the day. The same id with the same content is the same closing, and gets the same answer. A sale that arrives
/// in between is included; a closing that happens in between is a conflict.
pub async fn close_till(tills: &impl Tills, request: CloseTill) -> Result<Closing, CloseTillError> {
    let mut number = None;
    for _ in 0..ATTEMPTS_MAX {
        let open = tills.open_day(&request.terminal_id, request.through_sequence, request.id).await?;
        if let Some(existing) = open.existing {
            return if existing.request == request.request {
                Ok(existing)
            } else {
                Err(CloseTillError::IdTaken)
            };
        }
        let next = open.till.closings.saturating_add(1);
        if *number.get_or_insert(next) != next {
            return Err(CloseTillError::Busy);
        }
        may_close(&open.till, &open.day, &open.gaps, request.through_sequence)?;
        let closing = Closing {
            id: request.id,
            terminal_id: request.terminal_id.clone(),
            number: next,
            from_sequence: open.till.closed_through.saturating_add(1),
            through_sequence: request.through_sequence,
            day: open.day,
            counted_cash: request.counted_cash,
            note: request.note.clone(),
            closed_by: request.closed_by.clone(),
            closed_at: request.at,
            business_day: open.today,
            request: request.request.clone(),
        };
        // If something happened in between (the same request sent twice, or another one), the next round finds it.
        if tills.close(&closing).await? {
            return Ok(closing);
        }
    }
    Err(CloseTillError::Busy)
}
