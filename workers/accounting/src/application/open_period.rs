//! Declares a fiscal period of whole months.

use super::ports::Periods;
use crate::domain::period::{Period, ends_a_month};

pub use super::ports::OpenPeriodError;

/// Declares one period.
pub async fn open_period(periods: &impl Periods, period: &Period) -> Result<(), OpenPeriodError> {
    if period.start_date != period.start_date.month_start() {
        return Err(OpenPeriodError::Start);
    }
    if period.end_date <= period.start_date || !ends_a_month(period.end_date) {
        return Err(OpenPeriodError::End);
    }
    periods.add(period).await
}
