//! Asks the database which sessions have ended: once a second for all requests of an isolate (`domain/rights.rs` has
//! the rule).

use std::sync::{Mutex, MutexGuard, PoisonError};

use kernel::Timestamp;
use platform::World;
use store::{Database, DatabaseError, values};
use web::{Problem, tokens};

use super::store::sql;
use crate::domain::rights::{Revocation, Rights, Standing};

/// The most revocations of one answer. A longer list has several parts.
const PART: usize = 5_000;

/// What this isolate knows. It is lost with the isolate.
#[derive(Debug, Default)]
pub(crate) struct Revoked(Mutex<Rights>);

impl Revoked {
    fn lock(&self) -> MutexGuard<'_, Rights> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// 401 when the session has ended, 503 when that cannot be known.
    pub(crate) async fn check(
        &self,
        world: &dyn World,
        database: &dyn Database,
        session: &str,
    ) -> Result<(), Problem> {
        let asked_at = world.now();
        let asking = self.lock().begin_asking(asked_at);
        let mut failed = None;
        if let Some(after) = asking {
            failed = self.ask(database, after, asked_at).await.err();
        }
        match self.lock().standing(session, world.now()) {
            Standing::Good => Ok(()),
            Standing::Ended => Err(tokens::unauthenticated("The session has ended. Log in again.")),
            Standing::Unknown => {
                let cause =
                    failed.map_or_else(|| "the answer came too late".to_owned(), |error| error.to_string());
                Err(Problem::unavailable(format!("which sessions have ended is not known: {cause}")))
            }
        }
    }

    async fn ask(
        &self,
        database: &dyn Database,
        mut after: i64,
        asked_at: Timestamp,
    ) -> Result<(), DatabaseError> {
        loop {
            let count = i64::try_from(PART).unwrap_or(i64::MAX);
            let rows = database.query(sql::LIST_REVOCATIONS.bind(values![after, count])).await?;
            let part: Vec<Revocation> = rows.read()?;
            let is_last = part.len() < PART;
            after = self.lock().learn(part, asked_at);
            if is_last {
                self.lock().complete(asked_at);
                return Ok(());
            }
        }
    }
}
