//! The unit of work: everything one use case changes, committed as one batch.

use kernel::Timestamp;

use crate::{Database, DatabaseError, Rows, Statement, plumbing, values};

/// A caller's claim on an idempotency key: who asks for what, and the hash of the whole request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Claim {
    /// Caller, method and path.
    pub scope: String,
    /// The caller's key.
    pub key: String,
    /// Keyed SHA-256 of the request's body, hexadecimal.
    pub request_hash: String,
}

/// A message to a queue, kept until its reader has it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OutboxMessage {
    /// The envelope's id.
    pub id: String,
    /// The queue it is for; empty when no service reads it and it is kept as history only.
    pub queue: String,
    /// The envelope as JSON.
    pub body: String,
}

/// Statements, messages and the answer to remember, which happen together or not at all.
#[derive(Debug, Default)]
pub struct Unit {
    now: Option<Timestamp>,
    claim: Option<(Claim, bool)>,
    answer: Option<(u16, String)>,
    answer_patches: Vec<Statement>,
    received: Option<(String, String)>,
    statements: Vec<Statement>,
    messages: Vec<OutboxMessage>,
}

impl Unit {
    /// An empty unit. `claim` is the request's idempotency key, with whether an earlier unit of the
    /// same request has already claimed it.
    #[must_use]
    pub fn new(now: Timestamp, claim: Option<(Claim, bool)>) -> Self {
        Self { now: Some(now), claim, ..Self::default() }
    }

    /// Marks a message as received: when it was before, the commit fails with the rule
    /// `inbox.message_id` and nothing happens twice.
    pub fn receive(&mut self, message_id: &str, message_type: &str) {
        self.received = Some((message_id.to_owned(), message_type.to_owned()));
    }

    /// Adds a statement; its rows are found at the answered index after the commit.
    pub fn push(&mut self, statement: Statement) -> usize {
        self.statements.push(statement);
        self.statements.len().saturating_sub(1)
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
    pub fn answer(&mut self, status: u16, body: String) {
        self.answer = Some((status, body));
    }

    /// A statement that completes the remembered answer with what only the batch knows (a number
    /// from a sequence). Its first two parameters are the claim's scope and key, then `more`.
    pub fn patch_answer(&mut self, sql: &crate::Sql, more: impl IntoIterator<Item = crate::Value>) {
        if let Some((claim, _)) = &self.claim {
            let mut values = values![claim.scope.as_str(), claim.key.as_str()].to_vec();
            values.extend(more);
            self.answer_patches.push(Statement { text: sql.text, values });
        }
    }

    /// The version of the thing that the remembered answer shows: its `ETag`.
    pub fn tag_answer(&mut self, version: i64) {
        self.patch_answer(&plumbing::TAG_ANSWER, values![format!("\"{version}\"")]);
    }

    /// Whether it takes, or holds, the request's idempotency key.
    #[must_use]
    pub const fn claims(&self) -> bool {
        self.claim.is_some()
    }

    /// Whether it gives the answer to that key.
    #[must_use]
    pub const fn answers(&self) -> bool {
        self.claim.is_some() && self.answer.is_some()
    }

    /// Whether there is nothing to commit.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.statements.is_empty() && self.messages.is_empty() && self.received.is_none()
    }

    /// Commits everything as one batch; the rows of the pushed statements, by index.
    pub async fn commit(self, database: &impl Database) -> Result<Vec<Rows>, DatabaseError> {
        let now = self.now.unwrap_or_else(|| Timestamp::from_unix_ms(0));
        let mut batch = Vec::with_capacity(self.statements.len().saturating_add(4));
        if let Some((id, kind)) = self.received {
            batch.push(plumbing::RECEIVE_MESSAGE.bind(values![id, kind, now]));
        }
        if let Some((claim, held)) = &self.claim {
            let (status, body) = self.answer.map_or((None, None), |(s, b)| (Some(i64::from(s)), Some(b)));
            if !held {
                batch.push(plumbing::CLAIM_KEY.bind(values![
                    claim.scope.as_str(),
                    claim.key.as_str(),
                    claim.request_hash.as_str(),
                    now,
                    status,
                    body
                ]));
            } else if body.is_some() {
                batch.push(plumbing::ANSWER_KEY.bind(values![
                    claim.scope.as_str(),
                    claim.key.as_str(),
                    status,
                    body
                ]));
            }
        }
        let first = batch.len();
        let count = self.statements.len();
        batch.extend(self.statements);
        if !self.messages.is_empty() {
            let rows: Vec<_> = self.messages.iter().map(|m| (&m.id, &m.queue, &m.body)).collect();
            batch.push(plumbing::INSERT_OUTBOX.bind([crate::json(&rows), crate::IntoValue::into_value(now)]));
        }
        batch.extend(self.answer_patches);
        let rows = database.batch(batch).await?;
        Ok(rows.into_iter().skip(first).take(count).collect())
    }
}
