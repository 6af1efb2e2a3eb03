//! Tills and the closings of their days.

use std::future::Future;

use kernel::ids::ClosingId;
use kernel::text::Code;
use kernel::{Date, Failure};

use crate::domain::till::{Closing, Day, Gap, Till};

/// The data for closing a till, read at once.
#[derive(Debug)]
pub struct OpenDay {
    /// The closing with the id, if it already exists.
    pub existing: Option<Closing>,
    /// The till, as far as it is known.
    pub till: Till,
    /// The first missing sequence numbers.
    pub gaps: Vec<Gap>,
    /// The totals of the day up to a sequence number.
    pub day: Day,
    /// The date that the clocks of its shop show now.
    pub today: Date,
}

/// Tills.
pub trait Tills: Sync {
    /// The open day of a till up to a sequence number.
    fn open_day(
        &self,
        terminal_id: &Code,
        through: i64,
        id: ClosingId,
    ) -> impl Future<Output = Result<OpenDay, Failure>> + Send;

    /// Records a closing and publishes it. False: something happened in between (the id was taken, the till was closed,
    /// the counted sales changed), and nothing was stored.
    fn close(&self, closing: &Closing) -> impl Future<Output = Result<bool, Failure>> + Send;
}
