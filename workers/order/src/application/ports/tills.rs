//! Tills and the closings of their days.

use std::future::Future;

use kernel::ids::ClosingId;
use kernel::text::Code;
use kernel::{Date, Failure};

use crate::domain::enrolment::{Enrolment, KnownTill};
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

/// How a change of a till's key ended.
#[derive(Debug)]
pub enum KeyChanged<T> {
    Now(T),
    /// Another request has changed it since it was read; nothing was stored.
    Contended,
}

/// The keys of tills.
pub trait Enrolments: Sync {
    /// What is known of a till.
    fn find_key(&self, terminal_id: &Code)
    -> impl Future<Output = Result<Option<KnownTill>, Failure>> + Send;

    /// Stores an enrolment with a new key, based on the version before its own, and returns the key. Only its hash is
    /// stored.
    fn issue_key(
        &self,
        enrolment: &Enrolment,
    ) -> impl Future<Output = Result<KeyChanged<String>, Failure>> + Send;

    /// Revokes the key, based on the version that was read.
    fn revoke_key(
        &self,
        terminal_id: &Code,
        version: i64,
    ) -> impl Future<Output = Result<KeyChanged<()>, Failure>> + Send;
}
