//! Tills and the closings of their days.

use std::future::Future;

use kernel::Failure;
use kernel::ids::ClosingId;
use kernel::text::Code;

use crate::domain::till::{Closing, Day, Gap, Till};

/// What closing a till needs to know, read at once.
#[derive(Debug)]
pub struct OpenDay {
    /// The closing of the id, when it exists already.
    pub existing: Option<Closing>,
    /// The till, as far as anything of it is known.
    pub till: Till,
    /// The first of the counts that are missing.
    pub gaps: Vec<Gap>,
    /// What the day holds up to a count.
    pub day: Day,
}

/// Tills.
pub trait Tills: Sync {
    /// The open day of a till up to a count.
    fn open_day(
        &self,
        terminal_id: &Code,
        through: i64,
        id: ClosingId,
    ) -> impl Future<Output = Result<OpenDay, Failure>> + Send;

    /// Records a closing and tells the world. False: something came between (the id is taken, the till was closed, what
    /// was counted has changed), and nothing happened.
    fn close(&self, closing: &Closing) -> impl Future<Output = Result<bool, Failure>> + Send;
}
