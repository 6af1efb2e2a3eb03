//! The ports over SQL: one adapter for all of them.

mod approvals;
mod audit;
mod keys;
mod letters;
mod mails;
mod reconciliations;
mod resets;
mod sessions;
pub(crate) mod sql;
mod sql_approvals;
pub(crate) mod sql_letters;
mod sql_reconciliations;
mod sql_resets;
mod users;

use std::convert::Infallible;

use serde::Deserialize;
use store::{DatabaseError, Rows, Unit};
use web::{Context, Present};

pub(crate) use approvals::{ListApprovals, count_under_way, list_approvals};
pub(crate) use audit::{AuditRow, list_audit};
pub(crate) use keys::{ApiKeyRow, list_keys};
pub(crate) use letters::list_letters;
pub(crate) use reconciliations::{RunSummary, list_runs};
pub(crate) use sessions::{SessionRow, list_sessions};
pub(crate) use users::{announce_users, list_users};

use crate::application::ports::Credentials;
use crate::domain::user::User;

/// The service's database, as a request uses it. `T` is the outcome whose answer is stored under the request's
/// idempotency key.
pub(crate) struct Store<'a, T = Infallible> {
    context: &'a Context,
    present: Present<T>,
}

impl<'a> Store<'a> {
    /// For work that stores no answer.
    pub(crate) fn new(context: &'a Context) -> Self {
        Self::answering(context, Present::NONE)
    }
}

impl<'a, T> Store<'a, T> {
    /// For a use case whose outcome is answered like this.
    pub(crate) fn answering(context: &'a Context, present: Present<T>) -> Self {
        Self { context, present }
    }

    /// A unit that stores no answer, because the answers of these requests are secret or only for this caller.
    fn unremembered(&self) -> Unit {
        Unit::new(self.context.now(), None)
    }
}

/// Every statement of the service, for the statement test.
#[must_use]
pub fn statements() -> Vec<&'static store::Sql> {
    [
        sql::ALL,
        sql_approvals::ALL,
        sql_letters::ALL,
        sql_reconciliations::ALL,
        sql_resets::ALL,
        store::plumbing::ALL,
    ]
    .concat()
}

#[derive(Deserialize)]
struct HashRow {
    password_hash: String,
}

/// A row of a user with the hash of their password.
fn credentials(rows: Rows) -> Result<Option<Credentials>, DatabaseError> {
    let (hash, user) = (rows.clone().first::<HashRow>()?, rows.first::<User>()?);
    Ok(user.zip(hash).map(|(user, HashRow { password_hash })| Credentials { user, password_hash }))
}
