//! The day to which a moment belongs.

use contracts::stock::Warehouse;
use kernel::{Date, Timestamp};

/// The day at a warehouse, or of the house itself.
#[must_use]
pub fn day_of(at: Timestamp, _warehouse: Option<&Warehouse>) -> Date {
    at.date()
}
