//! The mails over SQL.

mod sql;

use contracts::events::{MailContent, MailRequested, Recipient};
use contracts::terms::Language;
use kernel::ids::MailId;
use kernel::text::{Email, Name};
use kernel::{Failure, Limit, Timestamp};
use serde::Deserialize;
use store::{DatabaseError, Rows, Sql, Statement, values};
use web::{Context, Present};

use super::settings::{Provider, Settings};
use crate::application::ports::{Bounce, ChangeError, Mail, Mails, Status};
use crate::domain::compose::is_key;
use crate::domain::delivery::{ATTEMPT_SECONDS_MAX, Next, Outcome};

/// The service's database.
pub(crate) struct Store<'a> {
    context: &'a Context,
    present: Option<Present<Mail>>,
}

/// Counts the mails that wait: one that is due since before `late` is stuck.
pub(crate) fn count_mails(late: Timestamp) -> Statement {
    sql::COUNT_MAILS.bind(values![late])
}

/// Every statement of the service, for the statement test.
#[must_use]
pub fn statements() -> Vec<&'static Sql> {
    [sql::ALL, store::plumbing::ALL].concat()
}

#[derive(Deserialize)]
struct MailRow {
    id: MailId,
    template: String,
    language: Language,
    recipient: Email,
    recipient_name: Option<Name>,
    subject: String,
    content: Option<String>,
    secret: Option<String>,
    status: Status,
    round: i64,
    queued_at: Timestamp,
    attempts: i64,
    unknown: i64,
    last_error: Option<String>,
    created_at: Timestamp,
    sent_at: Option<Timestamp>,
    version: i64,
}

impl MailRow {
    fn into_mail(self) -> Result<Mail, DatabaseError> {
        let content = self.content.as_deref().map(serde_json::from_str::<MailContent>).transpose();
        Ok(Mail {
            id: self.id,
            template: self.template,
            language: self.language,
            to: Recipient { email: self.recipient, name: self.recipient_name },
            subject: self.subject,
            content: content.map_err(|error| DatabaseError::Shape(error.to_string()))?,
            secret: self.secret,
            status: self.status,
            round: self.round,
            queued_at: self.queued_at,
            attempts: self.attempts,
            unknown: self.unknown,
            last_error: self.last_error,
            created_at: self.created_at,
            sent_at: self.sent_at,
            version: self.version,
        })
    }
}

fn mails(rows: Rows) -> Result<Vec<Mail>, DatabaseError> {
    rows.read::<MailRow>()?.into_iter().map(MailRow::into_mail).collect()
}

/// Filters a list of mails.
pub(crate) enum Filter {
    All,
    Status(Status),
    To(Email),
}

impl<'a> Store<'a> {
    pub(crate) fn new(context: &'a Context) -> Self {
        Self { context, present: None }
    }

    /// For a request whose key stores its answer.
    pub(crate) fn presenting(context: &'a Context, present: Present<Mail>) -> Self {
        Self { context, present: Some(present) }
    }

    /// A page, the newest first, before `before`; one extra row when there is more.
    pub(crate) async fn list(
        &self,
        filter: &Filter,
        before: &str,
        limit: Limit,
    ) -> Result<Vec<Mail>, DatabaseError> {
        let rows = limit.rows().saturating_add(1);
        // Every id is before this.
        let before = if before.is_empty() { "~" } else { before };
        let statement = match filter {
            Filter::All => sql::LIST_MAILS.bind(values![before, rows]),
            Filter::Status(status) => sql::LIST_MAILS_OF_STATUS.bind(values![before, rows, status.as_str()]),
            Filter::To(email) => sql::LIST_MAILS_TO.bind(values![before, rows, email]),
        };
        mails(self.context.query(statement).await?)
    }

    /// Forgets what mails from before a time said.
    pub(crate) async fn forget(&self, before: Timestamp) -> Result<(), DatabaseError> {
        let mut unit = self.context.unit();
        unit.push(sql::FORGET_MAILS.bind(values![before]));
        self.context.commit(unit).await.map(drop)
    }

    /// A link that works once has done so when its mail is sent; only the mailbox of a developer keeps it.
    fn keeps_keys(&self) -> Result<bool, Failure> {
        Ok(Settings::new(self.context).provider()? == Provider::Mailbox)
    }
}

/// Whether a batch met a newer version of the mail.
fn is_stale(error: &DatabaseError) -> bool {
    matches!(error.rule(), Some("mails_version" | "mails_transition" | "attempts.mail_id"))
}

impl Mails for Store<'_> {
    async fn insert(
        &self,
        requested: &MailRequested,
        language: Language,
        subject: &str,
    ) -> Result<(), Failure> {
        let MailRequested { mail_id, to, secret, content, .. } = requested;
        let json = serde_json::to_string(content).map_err(|error| Failure::Defect(error.to_string()))?;
        let mut unit = self.context.unit();
        unit.push(sql::INSERT_MAIL.bind(values![
            *mail_id,
            content.template(),
            language.as_str(),
            &to.email,
            &to.name,
            subject,
            json,
            secret,
            self.context.now()
        ]));
        self.context.commit(unit).await?;
        Ok(())
    }

    async fn find_mail(&self, id: MailId) -> Result<Option<Mail>, Failure> {
        let row = self.context.query(sql::FIND_MAIL.bind(values![id])).await?.first::<MailRow>()?;
        Ok(row.map(MailRow::into_mail).transpose()?)
    }

    async fn due(&self, limit: usize) -> Result<Vec<Mail>, Failure> {
        Ok(mails(self.context.query(sql::LIST_DUE.bind(values![self.context.now(), limit])).await?)?)
    }

    async fn claim(&self, mut mail: Mail) -> Result<Option<Mail>, Failure> {
        let now = self.context.now();
        let until = now.plus_seconds(ATTEMPT_SECONDS_MAX);
        mail.attempts = mail.attempts.saturating_add(1);
        mail.version = mail.version.saturating_add(1);
        mail.status = Status::Sending;
        let mut unit = store::Unit::new(now, None);
        unit.push(sql::CLAIM_MAIL.bind(values![mail.id, mail.version, until, mail.attempts]));
        unit.push(sql::BEGIN_ATTEMPT.bind(values![mail.id, mail.round, mail.attempts, now]));
        match self.context.commit(unit).await {
            Ok(_) => Ok(Some(mail)),
            Err(error) if is_stale(&error) => Ok(None),
            Err(error) => Err(error.into()),
        }
    }

    async fn conclude(&self, mail: &Mail, outcome: &Outcome, next: &Next) -> Result<(), Failure> {
        let now = self.context.now();
        let (status, next_at, error) = match next {
            Next::Sent => (Status::Sent, None, None),
            Next::Again(at) => (Status::Queued, Some(*at), outcome.detail()),
            Next::Failed(why) => (Status::Failed, None, Some(why.as_str())),
        };
        let sent_at = (status == Status::Sent).then_some(now);
        let provider_id = match outcome {
            Outcome::Accepted { provider_id } => provider_id.as_deref(),
            _ => None,
        };
        let is_used =
            status != Status::Queued && mail.content.as_ref().is_some_and(is_key) && !self.keeps_keys()?;
        let mut unit = store::Unit::new(now, None);
        unit.push(sql::CONCLUDE_MAIL.bind(values![
            mail.id,
            mail.version.saturating_add(1),
            status.as_str(),
            next_at,
            error,
            provider_id,
            sent_at,
            matches!(outcome, Outcome::Unknown(_)),
            is_used
        ]));
        unit.push(sql::END_ATTEMPT.bind(values![
            mail.id,
            mail.round,
            mail.attempts,
            now,
            outcome.word(),
            outcome.detail()
        ]));
        if let Outcome::Refused { detail, dead_address: true } = outcome {
            unit.push(sql::INSERT_DEAD_ADDRESS.bind(values![&mail.to.email, detail, mail.id, now]));
        }
        match self.context.commit(unit).await {
            Ok(_) => Ok(()),
            // Another sweep has concluded an attempt that took too long.
            Err(error) if is_stale(&error) => Ok(()),
            Err(error) => Err(error.into()),
        }
    }

    async fn requeue(&self, mut mail: Mail) -> Result<Mail, ChangeError> {
        let now = self.context.now();
        mail.version = mail.version.saturating_add(1);
        mail.round = mail.round.saturating_add(1);
        (mail.status, mail.queued_at) = (Status::Queued, now);
        (mail.attempts, mail.unknown, mail.last_error) = (0, 0, None);
        let mut unit = self.context.unit();
        unit.push(sql::REQUEUE_MAIL.bind(values![mail.id, mail.version, mail.round, now]));
        unit.push(sql::REVIVE_ADDRESS.bind(values![&mail.to.email]));
        if let Some(present) = self.present {
            present.keep(self.context, &mut unit, &mail)?;
        }
        match self.context.commit(unit).await {
            Ok(_) => Ok(mail),
            Err(error) if is_stale(&error) || error.rule() == Some("mails_sent_once") => {
                Err(ChangeError::Stale)
            }
            Err(error) => Err(Failure::from(error).into()),
        }
    }

    async fn bounced(&self, bounce: &Bounce) -> Result<(), Failure> {
        let now = self.context.now();
        let mut unit = store::Unit::new(now, None);
        unit.push(sql::BOUNCE_MAIL.bind(values![bounce.provider_id.as_str(), bounce.reason.as_str()]));
        if bounce.is_permanent {
            unit.push(sql::INSERT_DEAD_ADDRESS_OF.bind(values![
                &bounce.email,
                bounce.reason.as_str(),
                bounce.provider_id.as_str(),
                now
            ]));
        }
        self.context.commit(unit).await?;
        Ok(())
    }
}
