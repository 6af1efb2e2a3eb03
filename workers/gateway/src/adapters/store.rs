//! The ports over SQL.

mod audit;
mod letters;
mod sessions;
pub(crate) mod sql;
pub(crate) mod sql_letters;
mod users;

use kernel::Timestamp;
use kernel::ids::{CustomerId, UserId};
use kernel::text::{Email, Name};
use serde::Deserialize;
use store::Unit;
use web::Context;

pub(crate) use audit::{AuditRow, list_audit};
pub(crate) use letters::{SqlLetters, list_letters};
pub(crate) use sessions::SqlSessions;
pub(crate) use users::{SqlUsers, list_keys, list_users};

use crate::application::ports::Credentials;
use crate::domain::user::{Role, User};

/// Every statement of the service, for the statement test.
#[must_use]
pub fn statements() -> Vec<&'static store::Sql> {
    [sql::ALL, sql_letters::ALL, store::plumbing::ALL].concat()
}

/// A unit that remembers no answer: what these requests answer is secret, or theirs alone.
fn unremembered(context: &Context) -> Unit {
    Unit::new(context.now(), None)
}

#[derive(Deserialize)]
struct UserRow {
    id: UserId,
    email: Email,
    name: Name,
    role: Role,
    customer_id: Option<CustomerId>,
    disabled: bool,
    created_at: Timestamp,
    version: i64,
    #[serde(default)]
    password_hash: String,
}

impl From<UserRow> for User {
    fn from(row: UserRow) -> Self {
        Self {
            id: row.id,
            email: row.email,
            name: row.name,
            role: row.role,
            customer_id: row.customer_id,
            disabled: row.disabled,
            created_at: row.created_at,
            version: row.version,
        }
    }
}

impl From<UserRow> for Credentials {
    fn from(mut row: UserRow) -> Self {
        let password_hash = std::mem::take(&mut row.password_hash);
        Self { user: row.into(), password_hash }
    }
}
