//! The unit of work: everything one use case changes, committed as one batch.

use kernel::Timestamp;

use crate::{Database, DatabaseError, Rows, Statement, Value, plumbing, values};

/// A caller's claim on an idempotency key: the caller, the route, and the hash of the whole request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Claim {
    /// Caller, method and path.
    pub scope: String,
    /// The caller's key.
    pub key: String,
    /// Keyed SHA-256 of the request's body, hexadecimal.
    pub request_hash: String,
}

/// An answer as an idempotency key remembers it: what a repeated request gets, byte for byte.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeptAnswer {
    /// The HTTP status.
    pub status: u16,
    /// The media type of the body; empty without a body.
    pub content_type: String,
    /// The version of the resource, quoted, if it has one.
    pub etag: Option<String>,
    /// The body.
    pub body: String,
}

/// A message to a queue, stored until its reader has it.
#[derive(Debug, Clone, PartialEq, Eq, serde::Deserialize)]
pub struct OutboxMessage {
    /// The envelope's id.
    pub id: String,
    /// The queue it is for; empty when no service reads it and it is stored only as history.
    pub queue: String,
    /// The envelope as JSON.
    pub body: String,
}

/// Statements, messages and the remembered answer. They happen together or not at all.
#[derive(Debug, Default)]
pub struct Unit {
    now: Option<Timestamp>,
    claim: Option<(Claim, bool)>,
    answer: Option<KeptAnswer>,
    answer_patches: Vec<Statement>,
    received: Option<(String, String)>,
    statements: Vec<Statement>,
    messages: Vec<OutboxMessage>,
    told: Vec<usize>,
    actor: Option<Actor>,
}

/// Whose change a unit is, for the audit trail.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Actor {
    /// A user's id.
    pub id: String,
    pub role: String,
    pub request_id: String,
}

impl Unit {
    /// An empty unit. `claim` is the request's idempotency key, with whether an earlier unit of the
    /// same request has already claimed it.
    #[must_use]
    pub fn new(now: Timestamp, claim: Option<(Claim, bool)>) -> Self {
        Self { now: Some(now), claim, ..Self::default() }
    }

    /// Marks a message as received. If it was received before, the commit fails with the rule `inbox.message_id` and
    /// nothing happens twice.
    pub fn receive(&mut self, message_id: &str, message_type: &str) {
        self.received = Some((message_id.to_owned(), message_type.to_owned()));
    }

    /// Says whose change it is: the audit trail names them.
    pub fn act_for(&mut self, actor: Actor) {
        self.actor = Some(actor);
    }

    /// Adds a statement. Returns the index at which its rows are found after the commit.
    pub fn push(&mut self, statement: Statement) -> usize {
        self.statements.push(statement);
        self.statements.len().saturating_sub(1)
    }

    /// Adds a statement that writes messages into the outbox and returns them (`id`, `queue`, `body`): what they say is
    /// known only in the batch.
    pub fn tell(&mut self, statement: Statement) {
        let place = self.push(statement);
        self.told.push(place);
    }

    /// The places of the statements that return messages.
    #[must_use]
    pub fn told(&self) -> &[usize] {
        &self.told
    }

    /// Adds a message for each reader.
    pub fn publish(&mut self, messages: impl IntoIterator<Item = OutboxMessage>) {
        self.messages.extend(messages);
    }

    /// The messages this unit publishes.
    #[must_use]
    pub fn messages(&self) -> &[OutboxMessage] {
        &self.messages
    }

    /// The answer that a repeated request with the same key gets.
    pub fn answer(&mut self, answer: KeptAnswer) {
        self.answer = Some(answer);
    }

    /// A statement that completes the remembered answer with a value that only the batch knows (a number from a
    /// sequence). Its first two parameters are the claim's scope and key, then `more`.
    pub fn patch_answer(&mut self, sql: &crate::Sql, more: impl IntoIterator<Item = crate::Value>) {
        if let Some((claim, _)) = &self.claim {
            let mut values = values![claim.scope.as_str(), claim.key.as_str()].to_vec();
            values.extend(more);
            self.answer_patches.push(Statement { text: sql.text, values });
        }
    }

    /// Whether it claims the request's idempotency key, or already holds it.
    #[must_use]
    pub const fn claims(&self) -> bool {
        self.claim.is_some()
    }

    /// Whether it stores the answer for that key.
    #[must_use]
    pub const fn answers(&self) -> bool {
        self.claim.is_some() && self.answer.is_some()
    }

    /// Whether there is nothing to commit.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.statements.is_empty() && self.messages.is_empty() && self.received.is_none()
    }

    /// Commits everything as one batch. Returns the rows of the pushed statements, by index.
    pub async fn commit(self, database: &dyn Database) -> Result<Vec<Rows>, DatabaseError> {
        let now = self.now.unwrap_or_else(|| Timestamp::from_unix_ms(0));
        let mut batch = Vec::with_capacity(self.statements.len().saturating_add(4));
        if let Some((id, kind)) = self.received {
            batch.push(plumbing::RECEIVE_MESSAGE.bind(values![id, kind, now]));
        }
        if let Some((claim, held)) = &self.claim {
            batch.extend(key_statement(claim, *held, self.answer, now));
        }
        let is_acting = self.actor.is_some();
        if let Some(Actor { id, role, request_id }) = self.actor {
            batch.push(plumbing::BEGIN_ACTING.bind(values![now, id, role, request_id]));
        }
        let first = batch.len();
        let count = self.statements.len();
        batch.extend(self.statements);
        if !self.messages.is_empty() {
            let rows: Vec<_> = self.messages.iter().map(|m| (&m.id, &m.queue, &m.body)).collect();
            batch.push(plumbing::INSERT_OUTBOX.bind([crate::json(&rows), crate::IntoValue::into_value(now)]));
        }
        batch.extend(self.answer_patches);
        if is_acting {
            batch.push(plumbing::END_ACTING.bind([]));
        }
        let wanted = batch.len();
        let rows = database.batch(batch).await?;
        if rows.len() != wanted {
            return Err(DatabaseError::Shape(format!("{} results of {wanted} statements", rows.len())));
        }
        Ok(rows.into_iter().skip(first).take(count).collect())
    }
}

/// The statement for the request's key: claims it, with the answer if there is one, or answers it.
fn key_statement(claim: &Claim, held: bool, answer: Option<KeptAnswer>, now: Timestamp) -> Option<Statement> {
    let (scope, key) = (claim.scope.as_str(), claim.key.as_str());
    if held {
        return answer.map(|answer| answer.keep(claim));
    }
    let hash = claim.request_hash.as_str();
    let Some(KeptAnswer { status, content_type, etag, body }) = answer else {
        let none = Value::Null;
        return Some(plumbing::CLAIM_KEY.bind(values![
            scope,
            key,
            hash,
            now,
            none.clone(),
            none.clone(),
            none.clone(),
            none
        ]));
    };
    let status = i64::from(status);
    Some(plumbing::CLAIM_KEY.bind(values![scope, key, hash, now, status, content_type, etag, body]))
}

impl KeptAnswer {
    /// Stores it for a key that is already claimed.
    #[must_use]
    pub fn keep(self, claim: &Claim) -> Statement {
        let Self { status, content_type, etag, body } = self;
        let (scope, key) = (claim.scope.as_str(), claim.key.as_str());
        plumbing::ANSWER_KEY.bind(values![scope, key, i64::from(status), content_type, etag, body])
    }
}
