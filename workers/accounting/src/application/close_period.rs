//! Closes a fiscal period, for ever: nothing posts into it any more.

use kernel::ids::PeriodId;
use kernel::{Failure, Timestamp};

use super::ports::Periods;
use crate::domain::period::{Period, PeriodStatus};

/// Why the period is as it was.
#[derive(Debug, thiserror::Error)]
pub enum ClosePeriodError {
    /// There is no such period.
    #[error("no such period")]
    NotFound,
    /// It was closed before.
    #[error("the period was closed before")]
    ClosedBefore,
    /// The outside failed.
    #[error(transparent)]
    Failure(#[from] Failure),
}

/// Closes one period.
pub async fn close_period(
    periods: &impl Periods,
    id: PeriodId,
    now: Timestamp,
) -> Result<Period, ClosePeriodError> {
    let period = periods.find(id).await?.ok_or(ClosePeriodError::NotFound)?;
    if period.status == PeriodStatus::Closed {
        return Err(ClosePeriodError::ClosedBefore);
    }
    let closed = Period { status: PeriodStatus::Closed, closed_at: Some(now), ..period };
    if periods.close(&closed).await? { Ok(closed) } else { Err(ClosePeriodError::ClosedBefore) }
}
