//! What the use cases need of the world, in their own words. Every writing method is one whole
//! business transaction.

use std::future::Future;

use contracts::ops::{
    BooksSummary, MessageReplayed, SaleFound, SalesPage, SalesSummary, ServiceHealth, ServiceReconciliation,
    StockSummary, SweepReport, WaitingMessage,
};
use contracts::{Queue, Service};
use kernel::ids::{CustomerId, MessageId, UserId};
use kernel::text::{Email, Name, ShortText};
use kernel::{Cursor, Failure};

use crate::domain::dead_letter::{Letter, Unseen};
use crate::domain::session::RefreshToken;
use crate::domain::user::{Role, User};

/// A user with the hash of their password.
#[derive(Debug, Clone)]
pub struct Credentials {
    /// The user.
    pub user: User,
    /// PHC string.
    pub password_hash: String,
}

/// Whether an attempt to log in may go on.
#[derive(Debug)]
pub enum Admission {
    /// It is counted, and this is who has the e-mail.
    Admitted {
        /// The attempt, to be forgotten when it succeeds.
        attempt: String,
        /// Who has the e-mail.
        credentials: Option<Credentials>,
    },
    /// Too many have failed.
    Limited {
        /// Seconds until the next may be made.
        wait_seconds: u32,
    },
}

/// A session as its owner carries it.
#[derive(Debug)]
pub struct OpenSession {
    /// Who.
    pub user: User,
    /// The refresh token in clear text; only its hash is kept.
    pub refresh_token: String,
}

/// A refresh token as it is known here.
#[derive(Debug)]
pub struct KnownToken {
    /// Its family.
    pub session_id: String,
    /// What is known of it.
    pub token: RefreshToken,
    /// Whose it is.
    pub user: User,
}

/// Why a family ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SessionEnd {
    /// Its owner logged out.
    LoggedOut,
    /// A refresh token was used twice.
    Reused,
}

/// How the exchange of a refresh token ended in the store.
#[derive(Debug)]
pub enum Exchange {
    /// This is the next one.
    Done(String),
    /// It was used by another at the same time.
    Used,
    /// Its family or its user ended at the same time.
    Ended,
}

/// Logins and the sessions they open.
pub trait Sessions: Sync {
    /// Counts an attempt and answers who has the e-mail.
    fn admit(
        &self,
        email: &Email,
        address: Option<&str>,
    ) -> impl Future<Output = Result<Admission, Failure>> + Send;

    /// Lets a failed attempt weigh more, and keeps a record of it.
    fn refuse(
        &self,
        email: &Email,
        address: Option<&str>,
        attempt: &str,
        why: &str,
    ) -> impl Future<Output = Result<(), Failure>> + Send;

    /// Opens a session and forgets the attempts that led to it. None when the user was disabled in
    /// the meantime.
    fn open(
        &self,
        user: User,
        attempt: &str,
        address: Option<&str>,
    ) -> impl Future<Output = Result<Option<OpenSession>, Failure>> + Send;

    /// What is known of a refresh token.
    fn find(&self, refresh_token: &str) -> impl Future<Output = Result<Option<KnownToken>, Failure>> + Send;

    /// Exchanges a refresh token for the next one.
    fn exchange(
        &self,
        session_id: &str,
        refresh_token: &str,
    ) -> impl Future<Output = Result<Exchange, Failure>> + Send;

    /// Ends a family.
    fn end(
        &self,
        session_id: &str,
        user: &User,
        why: SessionEnd,
    ) -> impl Future<Output = Result<(), Failure>> + Send;

    /// Forgets sessions and attempts that have ended by age.
    fn forget(&self) -> impl Future<Output = Result<(), Failure>> + Send;
}

/// A user to be.
#[derive(Debug)]
pub struct UserDraft {
    /// What they log in with.
    pub email: Email,
    /// Their name.
    pub name: Name,
    /// What they are.
    pub role: Role,
    /// The customer they act for.
    pub customer_id: Option<CustomerId>,
    /// Whether they are kept out.
    pub disabled: bool,
    /// PHC string; of a change, none when the password stays.
    pub password_hash: Option<String>,
}

/// How a change of a user ended in the store.
#[derive(Debug)]
pub enum UserChange {
    /// Done.
    Done(User),
    /// Another user has the e-mail.
    EmailTaken,
    /// The user was changed in the meantime.
    Stale,
    /// The user is gone.
    Gone,
    /// Nobody would be left who can let others in.
    LastAdmin,
}

/// An API key as its owner sees it once.
#[derive(Debug)]
pub struct NewApiKey {
    /// Its id.
    pub id: String,
    /// What it is for.
    pub name: Name,
    /// What it may.
    pub role: Role,
    /// Its first characters.
    pub hint: String,
    /// The key in clear text; only its hash is kept. None when the request was answered before.
    pub key: Option<String>,
    /// When it was made.
    pub created_at: kernel::Timestamp,
}

/// Users and their keys.
pub trait Users: Sync {
    /// A user who is not deleted.
    fn find(&self, id: UserId) -> impl Future<Output = Result<Option<User>, Failure>> + Send;

    /// The same with the hash of the password.
    fn credentials(&self, id: UserId) -> impl Future<Output = Result<Option<Credentials>, Failure>> + Send;

    /// Adds a user.
    fn create(&self, draft: UserDraft) -> impl Future<Output = Result<UserChange, Failure>> + Send;

    /// Replaces what a user is; ends their sessions when that takes something away from them.
    fn replace(
        &self,
        user: &User,
        draft: UserDraft,
    ) -> impl Future<Output = Result<UserChange, Failure>> + Send;

    /// Removes a user, their sessions and keys.
    fn delete(&self, user: &User) -> impl Future<Output = Result<UserChange, Failure>> + Send;

    /// Sets a new password, ends all sessions and forgets the attempts.
    fn set_password(
        &self,
        user: &User,
        password_hash: &str,
        attempt: &str,
    ) -> impl Future<Output = Result<UserChange, Failure>> + Send;

    /// Makes a key.
    fn create_key(
        &self,
        user: &User,
        name: Name,
        role: Role,
    ) -> impl Future<Output = Result<NewApiKey, Failure>> + Send;

    /// Whether the user has such a key, good or revoked.
    fn has_key(&self, user: UserId, key: &str) -> impl Future<Output = Result<bool, Failure>> + Send;

    /// Makes a key worthless, for ever.
    fn revoke_key(&self, user: UserId, key: &str) -> impl Future<Output = Result<(), Failure>> + Send;
}

/// How settling a letter ended in the store.
#[derive(Debug)]
pub enum Settled {
    /// Done.
    Done(Box<Letter>),
    /// Somebody else settled it.
    Before,
}

/// Dead letters.
pub trait Letters: Sync {
    /// One letter.
    fn find(&self, id: MessageId) -> impl Future<Output = Result<Option<Letter>, Failure>> + Send;

    /// Settles it as replayed.
    fn replayed(&self, letter: Letter) -> impl Future<Output = Result<Settled, Failure>> + Send;

    /// Settles it as discarded.
    fn discarded(
        &self,
        letter: Letter,
        reason: ShortText,
    ) -> impl Future<Output = Result<Settled, Failure>> + Send;

    /// Keeps why a replay failed.
    fn replay_failed(&self, letter: &Letter, error: &str)
    -> impl Future<Output = Result<(), Failure>> + Send;

    /// What nobody has settled.
    fn unseen(&self) -> impl Future<Output = Result<Unseen, Failure>> + Send;
}

/// The messages between the services.
pub trait Mail: Sync {
    /// Lets a service sweep, and answers what waits in its outbox: the first page of each queue.
    fn sweep(&self, owner: Service) -> impl Future<Output = Result<SweepReport, Failure>> + Send;

    /// Hands messages to their reader; the ids that need no further delivery.
    fn deliver(
        &self,
        reader: Service,
        messages: Vec<WaitingMessage>,
    ) -> impl Future<Output = Result<Vec<String>, Failure>> + Send;

    /// Tells the owner of an outbox what its reader has; what waits in that queue after the message `after`,
    /// when that is wanted.
    fn mark_delivered(
        &self,
        owner: Service,
        queue: Queue,
        ids: Vec<String>,
        after: Option<String>,
    ) -> impl Future<Output = Result<Vec<WaitingMessage>, Failure>> + Send;

    /// Lets a service take in a dead letter once more.
    fn replay(
        &self,
        reader: Service,
        body: &str,
    ) -> impl Future<Output = Result<MessageReplayed, Failure>> + Send;
}

/// The figures of the day.
pub trait Summaries: Sync {
    /// Of the order service.
    fn sales(&self) -> impl Future<Output = Result<SalesSummary, Failure>> + Send;

    /// Of inventory.
    fn stock(&self) -> impl Future<Output = Result<StockSummary, Failure>> + Send;

    /// Of accounting.
    fn books(&self) -> impl Future<Output = Result<BooksSummary, Failure>> + Send;
}

/// How the services are.
pub trait Observable: Sync {
    /// How a service is, this one included; a failure when it or its database does not answer.
    fn health(&self, service: Service) -> impl Future<Output = Result<ServiceHealth, Failure>> + Send;
}

/// What the services say when their books are compared.
pub trait Auditable: Summaries + Observable {
    /// What a service checks alone.
    fn own_checks(
        &self,
        service: Service,
    ) -> impl Future<Output = Result<ServiceReconciliation, Failure>> + Send;

    /// A page of the order service's sales and refunds.
    fn sales_page(&self, after: Option<&Cursor>) -> impl Future<Output = Result<SalesPage, Failure>> + Send;

    /// What another service knows of sales.
    fn look_up(
        &self,
        service: Service,
        ids: &[String],
    ) -> impl Future<Output = Result<Vec<SaleFound>, Failure>> + Send;
}
