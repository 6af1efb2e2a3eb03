//! The keys of tills over SQL.

use kernel::Failure;
use kernel::text::Code;
use store::{DatabaseError, values};

use super::Store;
use super::sql::tills as sql;
use crate::application::ports::tills::{Enrolments, KeyChanged};
use crate::domain::cashier::Cashier;
use crate::domain::enrolment::{Enrolment, KnownTill};

/// What a key begins with.
const PREFIX: &str = "till_";

impl Store<'_> {
    /// The till whose key it is.
    pub(crate) async fn find_till_of_key(&self, hash: &str) -> Result<Option<KnownTill>, DatabaseError> {
        self.context.query(sql::FIND_TILL_OF_KEY.bind(values![hash])).await?.first()
    }
}

/// Whether the change was made; another one was faster when the version had changed.
fn unless_contended<T>(committed: Result<T, DatabaseError>) -> Result<KeyChanged<()>, Failure> {
    match committed {
        Ok(_) => Ok(KeyChanged::Now(())),
        Err(error) if error.rule() == Some("tills_key_version") => Ok(KeyChanged::Contended),
        Err(error) => Err(error.into()),
    }
}

impl Enrolments for Store<'_> {
    async fn find_key(&self, terminal_id: &Code) -> Result<Option<KnownTill>, Failure> {
        Ok(self.context.query(sql::FIND_KEY.bind(values![terminal_id, store::Value::Null])).await?.first()?)
    }

    async fn issue_key(&self, enrolment: &Enrolment) -> Result<KeyChanged<String>, Failure> {
        let world = &*self.context.world;
        let key = format!("{PREFIX}{}", web::tokens::hex(&[world.random()?, world.random()?].concat()));
        let mut unit = self.unit();
        unit.push(sql::ISSUE_KEY.bind(values![
            &enrolment.terminal_id,
            web::tokens::sha256(key.as_bytes()),
            enrolment.key_version,
            enrolment.warehouse_id,
            &enrolment.device,
            enrolment.enrolled_by.as_str(),
            enrolment.enrolled_at
        ]));
        self.keep(self.presents.enrolment, &mut unit, enrolment)?;
        Ok(match unless_contended(self.context.commit(unit).await)? {
            KeyChanged::Now(()) => KeyChanged::Now(key),
            KeyChanged::Contended => KeyChanged::Contended,
        })
    }

    async fn revoke_key(&self, terminal_id: &Code, version: i64) -> Result<KeyChanged<()>, Failure> {
        let (context, mut unit) = (self.context, self.unit());
        let (by, version) = (context.caller.subject.as_str(), version.saturating_add(1));
        unit.push(sql::REVOKE_KEY.bind(values![terminal_id, version, by, context.now()]));
        self.keep(self.presents.done, &mut unit, &())?;
        unless_contended(context.commit(unit).await)
    }
}

impl Store<'_> {
    /// Remembers whether a user may sell, unless something newer is known.
    pub(crate) async fn keep_cashier(&self, cashier: &Cashier) -> Result<(), Failure> {
        let Cashier { id, state, version } = cashier;
        let mut unit = self.context.unit();
        unit.push(sql::KEEP_CASHIER.bind(values![*id, state.as_str(), *version]));
        self.context.commit(unit).await?;
        Ok(())
    }
}
