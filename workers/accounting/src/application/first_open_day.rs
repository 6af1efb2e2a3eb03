//! The first day that can be booked on. A day is closed when its period is, and when it is in no period.

use kernel::{Date, Failure};

use super::ports::ClosedPeriods;
use crate::domain::period::next_open_day;

/// The first open day from this one on. If every later day is closed, the year of the next one opens by itself.
pub async fn first_open_day(periods: &impl ClosedPeriods, day: Date) -> Result<Date, Failure> {
    if let Some(open) = periods.open_day(day).await? {
        return Ok(open);
    }
    let next = next_open_day(day, &periods.closed_from(day).await?);
    periods.open_year_of(next).await?;
    Ok(next)
}
