//! Declares a fiscal period of whole months.

use kernel::Failure;

use super::ports::{Declared, Periods};
use crate::domain::period::{Period, ends_a_month};

/// Why no period was declared.
#[derive(Debug, thiserror::Error)]
pub enum OpenPeriodError {
    /// It does not begin on the first of a month.
    #[error("the period does not begin on the first of a month")]
    Start,
    /// It does not end on the last of a month, after its start.
    #[error("the period does not end on the last of a month")]
    End,
    /// The name is taken.
    #[error("the name is taken")]
    NameTaken,
    /// It shares days with this period.
    #[error("the period shares days with {0}")]
    Overlaps(String),
    /// The outside failed.
    #[error(transparent)]
    Failure(#[from] Failure),
}

/// Declares one period.
pub async fn open_period(periods: &impl Periods, period: &Period) -> Result<(), OpenPeriodError> {
    if period.start_date != period.start_date.month_start() {
        return Err(OpenPeriodError::Start);
    }
    if period.end_date <= period.start_date || !ends_a_month(period.end_date) {
        return Err(OpenPeriodError::End);
    }
    match periods.add(period).await? {
        Declared::Done => Ok(()),
        Declared::NameTaken => Err(OpenPeriodError::NameTaken),
        Declared::Overlaps(name) => Err(OpenPeriodError::Overlaps(name)),
    }
}
