//! How messages are taken in, from a queue or handed over by the gateway's relay: each once, whatever
//! is delivered twice, and none dropped in silence.

use contracts::ops::{DeadLetter, MessageReplayed, WaitingMessage};
use contracts::{Envelope, Queue};
use kernel::ids::MessageId;
use platform::Platform;
use serde::Deserialize;
use sha2::{Digest, Sha256};
use store::{DatabaseError, OutboxMessage, json, plumbing, values};

use crate::{Bounded, Context, Problem};

/// How often a message is tried before it becomes a dead letter.
const ATTEMPTS_MAX: i64 = 5;

/// Why a message was not taken in.
#[derive(Debug)]
pub enum TakeError {
    /// It can never be processed: not an envelope, or data that makes no sense.
    Malformed(String),
    /// It may be processed later.
    Failed(Problem),
}

impl From<Problem> for TakeError {
    fn from(problem: Problem) -> Self {
        Self::Failed(problem)
    }
}

impl From<kernel::Failure> for TakeError {
    fn from(failure: kernel::Failure) -> Self {
        Self::Failed(failure.into())
    }
}

impl From<DatabaseError> for TakeError {
    fn from(error: DatabaseError) -> Self {
        Self::Failed(error.into())
    }
}

/// Takes in messages, in order; for each whether it needs no further delivery: it was processed now or
/// before, or is stored as a dead letter.
pub async fn take<S: Bounded, P: Platform>(platform: &P, bodies: &[String]) -> Vec<bool> {
    let envelopes: Vec<Result<Envelope, String>> =
        bodies.iter().map(|body| Envelope::parse(body).map_err(|error| error.to_string())).collect();
    let ids: Vec<String> = envelopes.iter().flatten().map(|envelope| envelope.id.to_string()).collect();
    let known = known_ids(platform, &ids).await;
    let mut settled = Vec::with_capacity(bodies.len());
    for (body, envelope) in bodies.iter().zip(envelopes) {
        let done = match envelope {
            Ok(envelope) if known.contains(&envelope.id.to_string()) => true,
            Ok(envelope) => take_one::<S, P>(platform, &envelope, body).await,
            Err(cause) => bury::<S, P>(platform, None, body, &cause, 1).await,
        };
        settled.push(done);
    }
    settled
}

#[derive(Deserialize)]
struct Known {
    message_id: String,
}

/// One question for the whole batch: redelivered messages then cost nothing more.
async fn known_ids<P: Platform>(platform: &P, ids: &[String]) -> Vec<String> {
    use store::Database;
    let found = platform.database().query(plumbing::LIST_RECEIVED.bind([json(ids)])).await;
    let rows = found.and_then(store::Rows::read::<Known>).unwrap_or_default();
    rows.into_iter().map(|row| row.message_id).collect()
}

async fn take_one<S: Bounded, P: Platform>(platform: &P, envelope: &Envelope, body: &str) -> bool {
    let id = envelope.id.to_string();
    let Err((cause, final_attempt)) = consume::<S, P>(platform, envelope).await else { return true };
    let attempts = match record_failure(platform, &id, &cause).await {
        Ok(Some(attempts)) => attempts,
        // It is in the inbox: it was processed, and only the answer was lost.
        Ok(None) => return true,
        Err(_) => return false,
    };
    (final_attempt || attempts >= ATTEMPTS_MAX)
        && bury::<S, P>(platform, Some(envelope.id), body, &cause, attempts).await
}

/// Takes in a dead letter once more. It is not buried again when that fails: whoever replays it keeps it.
pub(crate) async fn replay<S: Bounded, P: Platform>(platform: &P, body: &str) -> MessageReplayed {
    let envelope = match Envelope::parse(body) {
        Ok(envelope) => envelope,
        Err(error) => return MessageReplayed { settled: false, error: Some(error.to_string()) },
    };
    let id = envelope.id.to_string();
    let settled = MessageReplayed { settled: true, error: None };
    if !known_ids(platform, std::slice::from_ref(&id)).await.is_empty() {
        return settled;
    }
    let Err((cause, _)) = consume::<S, P>(platform, &envelope).await else { return settled };
    match record_failure(platform, &id, &cause).await {
        Ok(None) => settled,
        _ => MessageReplayed { settled: false, error: Some(cause) },
    }
}

/// Processes one message, unless that happened before; else why not, and whether that is final.
async fn consume<S: Bounded, P: Platform>(platform: &P, envelope: &Envelope) -> Result<(), (String, bool)> {
    let id = envelope.id.to_string();
    let context = Context::system(platform.clone(), S::SERVICE, &envelope.correlation_id)
        .receiving(&id, envelope.event.name());
    let error = match S::consume(&context, envelope).await {
        Ok(()) => return Ok(()),
        Err(TakeError::Failed(problem)) if is_repetition(&problem) => return Ok(()),
        Err(error) => error,
    };
    let (cause, final_attempt) = match &error {
        TakeError::Malformed(cause) => (cause.clone(), true),
        TakeError::Failed(problem) => {
            (problem.cause().map_or_else(|| problem.detail().to_owned(), ToOwned::to_owned), false)
        }
    };
    platform.log(&format!(
        "{{\"level\":\"warn\",\"service\":\"{}\",\"message\":\"{id}\",\"type\":\"{}\",\"cause\":{cause:?}}}",
        S::SERVICE,
        envelope.event.name()
    ));
    Err((cause, final_attempt))
}

/// The inbox refused: the same message was processed at the same time.
fn is_repetition(problem: &Problem) -> bool {
    problem.cause().is_some_and(|cause| cause.contains("inbox.message_id"))
}

#[derive(Deserialize)]
struct Attempts {
    attempts: i64,
}

/// Counts an attempt; none when the message was taken in after all.
async fn record_failure<P: Platform>(
    platform: &P,
    id: &str,
    cause: &str,
) -> Result<Option<i64>, DatabaseError> {
    use store::Database;
    let statement = plumbing::RECORD_FAILURE.bind(values![id, cause, platform.now()]);
    let rows = platform.database().query(statement).await?;
    Ok(rows.first::<Attempts>()?.map(|row| row.attempts))
}

/// Stores a message for people to look at, through the outbox as every message; whether it is stored.
async fn bury<S: Bounded, P: Platform>(
    platform: &P,
    id: Option<MessageId>,
    body: &str,
    reason: &str,
    attempts: i64,
) -> bool {
    let context = Context::system(platform.clone(), S::SERVICE, "dead-letter");
    let letter = DeadLetter {
        id: id.unwrap_or_else(|| id_of(body)),
        queue: Queue::of_reader(S::SERVICE).map_or("", Queue::name).to_owned(),
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
        // Buried before: the outbox has it.
        Err(error) => error.rule() == Some("outbox.id"),
    }
}

/// The id of a body that has none: always the same, so that one that comes again is the same letter.
fn id_of(body: &str) -> MessageId {
    let digest: [u8; 32] = Sha256::digest(body.as_bytes()).into();
    let bytes = digest.first_chunk::<16>().copied().unwrap_or_default();
    MessageId(uuid::Builder::from_random_bytes(bytes).into_uuid())
}

/// Takes in messages that the relay hands over; the outbox ids of those that need no further delivery.
pub(crate) async fn take_handed_over<S: Bounded, P: Platform>(
    platform: &P,
    messages: Vec<WaitingMessage>,
) -> Vec<String> {
    let (ids, bodies): (Vec<String>, Vec<String>) = messages.into_iter().map(|m| (m.id, m.body)).unzip();
    let settled = S::take(platform, &bodies).await;
    ids.into_iter().zip(settled).filter(|(_, settled)| *settled).map(|(id, _)| id).collect()
}
