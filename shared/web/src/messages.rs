//! How messages are taken in, from a queue or from a relay: each exactly once, even when it is delivered twice, and
//! none is dropped silently.

use std::sync::Arc;

use contracts::ops::{DeadLetter, MessageReplayed, WaitingMessage};
use contracts::{Envelope, Queue};
use futures_util::future::join_all;
use kernel::ids::MessageId;
use kernel::{Failure, Tenant, Timestamp};
use platform::World;
use serde::Deserialize;
use serde_json::json;
use sha2::{Digest, Sha256};
use store::{DatabaseError, OutboxMessage, plumbing, values};

use crate::spans::{self, Kind};
use crate::{App, Context, Problem, prune};

/// The number of attempts before a message becomes a dead letter.
const ATTEMPTS_MAX: i64 = 5;

/// Why a message was not taken in.
#[derive(Debug)]
pub enum TakeError {
    /// It can never be processed: not an envelope, or its data is invalid.
    Malformed(String),
    /// Another delivery is taking it in, or already has.
    Repeated,
    /// It may succeed later.
    Failed(Problem),
}

impl From<Problem> for TakeError {
    fn from(problem: Problem) -> Self {
        Self::Failed(problem)
    }
}

impl From<Failure> for TakeError {
    fn from(failure: Failure) -> Self {
        match failure {
            Failure::Repeated(_) => Self::Repeated,
            failure => Self::Failed(failure.into()),
        }
    }
}

impl From<DatabaseError> for TakeError {
    fn from(error: DatabaseError) -> Self {
        Failure::from(error).into()
    }
}

/// Data that does not have its event's shape.
impl From<serde_json::Error> for TakeError {
    fn from(error: serde_json::Error) -> Self {
        Self::Malformed(error.to_string())
    }
}

/// Takes in messages, all at once: a queue keeps no order, and what arrives together can be committed together. Returns for each whether it needs no further delivery: it was processed now or before,
/// or is stored as a dead letter.
pub async fn take(app: &App, world: Arc<dyn World>, bodies: &[String]) -> Vec<bool> {
    let started = world.now();
    let envelopes: Vec<Result<Envelope, String>> =
        bodies.iter().map(|body| Envelope::parse(body).map_err(|error| error.to_string())).collect();
    let known = known_ids(app, &world, &envelopes).await;
    let one = |(body, envelope): (&String, Result<Envelope, String>)| {
        let (world, known) = (&world, &known);
        let body = body.clone();
        async move {
            match envelope {
                Ok(envelope) if known.contains(&envelope.id.to_string()) => Taken::from(true),
                Ok(envelope) => take_one(app, world, &envelope, &body).await,
                Err(cause) => match app.system(world.clone(), Tenant::main(), "dead-letter", None) {
                    Ok(context) => bury(&context, None, &body, &cause, 1).await.into(),
                    Err(_) => Taken::from(false),
                },
            }
        }
    };
    let taken = join_all(bodies.iter().zip(envelopes).map(one)).await;
    tell(app, &world, started, &taken);
    taken.into_iter().map(|taken| taken.settled).collect()
}

/// What became of a message.
struct Taken {
    settled: bool,
    /// For one that was processed now: its event, id and trace.
    processed: Option<[String; 3]>,
}

impl From<bool> for Taken {
    fn from(settled: bool) -> Self {
        Self { settled, processed: None }
    }
}

/// One line for all messages that were processed. A failure has a line of its own.
fn tell(app: &App, world: &Arc<dyn World>, started: Timestamp, taken: &[Taken]) {
    let processed: Vec<&[String; 3]> = taken.iter().filter_map(|taken| taken.processed.as_ref()).collect();
    if processed.is_empty() {
        return;
    }
    let milliseconds = world.now().unix_ms().saturating_sub(started.unix_ms());
    let fields = [("messages", json!(processed)), ("ms", milliseconds.into())];
    crate::observe::log(&**world, app.service(), "info", None, &fields);
}

#[derive(Deserialize)]
struct Known {
    message_id: String,
}

/// One query for all messages of a tenant: then redelivered messages cost nothing more.
async fn known_ids(app: &App, world: &Arc<dyn World>, envelopes: &[Result<Envelope, String>]) -> Vec<String> {
    let mut tenants: Vec<&Tenant> = envelopes.iter().flatten().map(|envelope| &envelope.tenant).collect();
    tenants.sort_unstable();
    tenants.dedup();
    let mut known = Vec::new();
    for tenant in tenants {
        let theirs = envelopes.iter().flatten().filter(|envelope| envelope.tenant == *tenant);
        let ids: Vec<String> = theirs.map(|envelope| envelope.id.to_string()).collect();
        // A message of an unknown tenant is in no inbox: taking it in reports the error.
        let Ok(context) = app.system(world.clone(), tenant.clone(), "inbox", None) else { continue };
        known.extend(received(&context, &ids).await);
    }
    known
}

async fn received(context: &Context, ids: &[String]) -> Vec<String> {
    let found = context.query(plumbing::LIST_RECEIVED.bind([store::json(ids)])).await;
    // If the query fails, a redelivered message costs a second attempt, which the inbox refuses.
    let rows = found.and_then(store::Rows::read::<Known>).unwrap_or_else(|_| Vec::new());
    rows.into_iter().map(|row| row.message_id).collect()
}

fn context_of(app: &App, world: &Arc<dyn World>, envelope: &Envelope) -> Result<Context, Failure> {
    let trace = envelope.traceparent.as_deref();
    app.system(world.clone(), envelope.tenant.clone(), &envelope.correlation_id, trace)
}

async fn take_one(app: &App, world: &Arc<dyn World>, envelope: &Envelope, body: &str) -> Taken {
    let Ok(context) = context_of(app, world, envelope) else { return Taken::from(false) };
    let id = envelope.id.to_string();
    let taken = if is_too_old(&context, envelope) {
        Err((TOO_OLD.to_owned(), true))
    } else {
        consume(&context, envelope).await
    };
    let Err((cause, final_attempt)) = taken else {
        let processed = Some([envelope.kind.name().to_owned(), id, context.trace.id.clone()]);
        return Taken { settled: true, processed };
    };
    let attempts = match record_failure(&context, &id, &cause).await {
        Ok(Some(attempts)) => attempts,
        // It is in the inbox: it was processed, and only the confirmation was lost.
        Ok(None) => return Taken::from(true),
        Err(_) => return Taken::from(false),
    };
    let buried = (final_attempt || attempts >= ATTEMPTS_MAX)
        && bury(&context, Some(envelope.id), body, &cause, attempts).await;
    Taken::from(buried)
}

/// Takes in a dead letter again. If that fails, it is not stored a second time: the gateway still has it.
pub(crate) async fn replay(context: &Context, body: &str) -> MessageReplayed {
    let failed = |error: String| MessageReplayed { settled: false, error: Some(error) };
    let envelope = match Envelope::parse(body) {
        Ok(envelope) => envelope,
        Err(error) => return failed(error.to_string()),
    };
    let context = match context_of(&context.app, &context.world, &envelope) {
        Ok(context) => context,
        Err(failure) => return failed(failure.to_string()),
    };
    let id = envelope.id.to_string();
    let settled = MessageReplayed { settled: true, error: None };
    if !received(&context, std::slice::from_ref(&id)).await.is_empty() {
        return settled;
    }
    if is_too_old(&context, &envelope) && !has_failed(&context, &id).await {
        return failed(TOO_OLD.to_owned());
    }
    let Err((cause, _)) = consume(&context, &envelope).await else { return settled };
    match record_failure(&context, &id, &cause).await {
        Ok(None) => settled,
        _ => failed(cause),
    }
}

const TOO_OLD: &str = "it is so old that its inbox may have forgotten whether it was taken in";

/// Whether the inbox may have forgotten the message. Such a message is for people to judge.
fn is_too_old(context: &Context, envelope: &Envelope) -> bool {
    envelope.timestamp.plus_seconds(prune::MESSAGE_AGE_SECONDS_MAX) < context.now()
}

/// Whether it is known that the message failed, and was not taken in since.
async fn has_failed(context: &Context, id: &str) -> bool {
    let found = context.query(plumbing::FIND_FAILURE.bind(values![id])).await;
    found.is_ok_and(|rows| !rows.is_empty())
}

/// Processes one message, unless that happened before. The error says why, and whether it is final.
async fn consume(context: &Context, envelope: &Envelope) -> Result<(), (String, bool)> {
    let receiving = context.clone().receiving(&envelope.id.to_string(), envelope.kind.name());
    let outcome = match context.app.bounded().consume(&receiving, envelope).await {
        Ok(()) | Err(TakeError::Repeated) => Ok(()),
        Err(TakeError::Malformed(cause)) => Err((cause, true)),
        Err(TakeError::Failed(problem)) => {
            Err((problem.cause().map_or_else(|| problem.detail().to_owned(), ToOwned::to_owned), false))
        }
    };
    let milliseconds = context.since_ms();
    let kind = envelope.kind.name();
    context.app.figures().message(kind, outcome.is_ok(), milliseconds, &context.shared.tally);
    let (queries, batches, calls) = context.shared.tally.counts();
    let mut fields = vec![
        ("traceId", context.trace.id.as_str().into()),
        ("message", envelope.id.to_string().into()),
        ("event", kind.into()),
        ("from", envelope.service_source.as_str().into()),
        ("ms", milliseconds.into()),
        ("queries", queries.into()),
        ("batches", batches.into()),
        ("calls", calls.into()),
    ];
    fields.extend(outcome.as_ref().err().map(|(cause, _)| ("cause", cause.as_str().into())));
    spans::export(context, Kind::Consumer, kind, outcome.is_ok(), &fields);
    if outcome.is_err() {
        context.log("warn", &fields);
    }
    outcome
}

#[derive(Deserialize)]
struct Attempts {
    attempts: i64,
}

/// Counts an attempt; none when the message was taken in after all.
async fn record_failure(context: &Context, id: &str, cause: &str) -> Result<Option<i64>, DatabaseError> {
    let rows = context.query(plumbing::RECORD_FAILURE.bind(values![id, cause, context.now()])).await?;
    Ok(rows.first::<Attempts>()?.map(|row| row.attempts))
}

/// Stores a message for people to look at, through the outbox like every message. Returns whether it is stored.
async fn bury(context: &Context, id: Option<MessageId>, body: &str, reason: &str, attempts: i64) -> bool {
    let letter = DeadLetter {
        id: id.unwrap_or_else(|| id_of(body)),
        queue: Queue::of_reader(context.service()).map_or("", Queue::name).to_owned(),
        reason: reason.to_owned(),
        attempts,
        body: body.to_owned(),
    };
    let Ok(body) = serde_json::to_string(&letter) else { return false };
    let mut unit = context.unit();
    if let Some(id) = id {
        unit.push(plumbing::MARK_BURIED.bind(values![id, context.now()]));
    }
    let queue = Queue::DeadLetters.name().to_owned();
    unit.publish([OutboxMessage { id: letter.id.to_string(), queue, body }]);
    match context.commit(unit).await {
        Ok(_) => true,
        // Stored before: the outbox has it.
        Err(error) => error.rule() == Some("outbox.id"),
    }
}

/// The id of a body that has none. It is always the same for the same body, so that a redelivery is the same dead
/// letter.
fn id_of(body: &str) -> MessageId {
    let digest: [u8; 32] = Sha256::digest(body.as_bytes()).into();
    let mut bytes = [0_u8; 16];
    for (byte, digested) in bytes.iter_mut().zip(digest) {
        *byte = digested;
    }
    MessageId(uuid::Builder::from_random_bytes(bytes).into_uuid())
}

/// Takes in messages that the relay hands over. Returns the outbox ids of those that need no further delivery.
pub(crate) async fn take_handed_over(context: &Context, messages: Vec<WaitingMessage>) -> Vec<String> {
    let (ids, bodies): (Vec<String>, Vec<String>) = messages.into_iter().map(|m| (m.id, m.body)).unzip();
    let settled = context.app.take(context.world.clone(), &bodies).await;
    ids.into_iter().zip(settled).filter(|(_, settled)| *settled).map(|(id, _)| id).collect()
}
