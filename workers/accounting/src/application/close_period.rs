//! Closes a fiscal period. Nothing can be posted into a closed period. It stays closed permanently.

use kernel::Timestamp;
use kernel::ids::PeriodId;

use super::ports::Periods;
use crate::domain::period::{Period, PeriodStatus};

pub use super::ports::ClosePeriodError;

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
    periods.close(&closed).await?;
    Ok(closed)
}
