//! A service's cron run. Each minute it resumes work that stopped half-way and hands over the messages that their
//! queues have not delivered. So the queues are only a hint. Each queue is a separate lane: a reader, a message or a
//! sweep that fails does not stop the others.

use std::collections::VecDeque;

use contracts::Queue;
use contracts::ops::{DeliverMessages, MessagesDelivered, WaitingMessage};
use http::Method;
use kernel::Failure;
use serde_json::{Value, json};
use store::{DatabaseError, Rows, Statement, plumbing, values};

use crate::spans::{self, Kind};
use crate::{Context, idempotency};

/// Cloudflare limits how many other Workers one event may call. What exceeds the limit waits for the next minute.
pub const CALLS_PER_EVENT_MAX: u32 = 32;
/// A message younger than this, in seconds, is left to its queue.
const AGE_SECONDS_MIN: i64 = 2;
/// How many messages of a queue are read at once. After a full page, more may be waiting.
pub(crate) const PAGE: usize = 200;
/// Bytes of messages in one hand-over, before JSON escapes them: what a reader accepts, with room to spare.
const HANDED_OVER_BYTES_MAX: usize = 256 * 1024;
/// A reader that fails this often in a row is down: the rest of its lane waits for the next minute.
const FAILURES_IN_A_ROW_MAX: u32 = 3;

/// The result of one cron run.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Relayed {
    /// The number of items that the sweep resumed.
    pub resumed: u32,
    /// Messages that waited.
    pub waiting: usize,
    /// Messages that need no further delivery now.
    pub settled: usize,
    /// What failed.
    pub failures: Vec<String>,
}

impl Relayed {
    /// Writes its log line.
    pub fn tell(&self, context: &Context) {
        let level = if self.failures.is_empty() { "info" } else { "warn" };
        let (queries, batches, calls) = context.shared.tally.counts();
        let fields: [(&str, Value); 7] = [
            ("sweep", json!({ "resumed": self.resumed, "waiting": self.waiting, "settled": self.settled })),
            ("failures", json!(self.failures)),
            ("traceId", json!(context.trace.id)),
            ("ms", json!(context.since_ms())),
            ("queries", json!(queries)),
            ("batches", json!(batches)),
            ("calls", json!(calls)),
        ];
        spans::export(context, Kind::Internal, "sweep", self.failures.is_empty(), &fields);
        context.log(level, &fields);
    }
}

/// Sweeps and hands over. The lanes take turns of one page each and share the calls evenly. So a lane that is long or
/// fails does not use up the share of the others.
pub async fn relay(context: &Context) -> Relayed {
    let mut relayed = Relayed::default();
    match context.app.bounded().sweep(context).await {
        Ok(resumed) => relayed.resumed = resumed,
        Err(problem) => {
            relayed.failures.push(format!("sweep: {}", problem.cause().unwrap_or(problem.detail())));
        }
    }
    if let Err(failure) = hand_over(context, &mut relayed).await {
        relayed.failures.push(failure.to_string());
    }
    relayed
}

async fn hand_over(context: &Context, relayed: &mut Relayed) -> Result<(), Failure> {
    // The gateway fetches the dead letters of all services: they cannot reach the gateway.
    let mut queues = context.service().sends_to();
    queues.retain(|queue| *queue != Queue::DeadLetters);
    let mut statements = vec![idempotency::forget(context.now())];
    statements.extend(queues.iter().map(|queue| list_undelivered(context, *queue, "")));
    let pages = context.query_list(statements).await?.into_iter().skip(1);
    let mut lanes = VecDeque::new();
    for (queue, rows) in queues.into_iter().zip(pages) {
        lanes.push_back(Lane::of(queue, waiting(queue, rows)?, relayed));
    }
    lanes.retain(Lane::goes_on);
    while !lanes.is_empty() {
        let left = context.calls_left();
        let share = left.checked_div(u32::try_from(lanes.len()).unwrap_or(u32::MAX)).unwrap_or_default();
        if share == 0 {
            return Ok(());
        }
        let turns = lanes.drain(..).map(|lane| lane.take_turn(context, share));
        for (lane, turn) in futures_util::future::join_all(turns).await {
            relayed.waiting = relayed.waiting.saturating_add(turn.waiting);
            relayed.settled = relayed.settled.saturating_add(turn.settled);
            relayed.failures.extend(turn.failures);
            if lane.goes_on() {
                lanes.push_back(lane);
            }
        }
    }
    Ok(())
}

#[derive(serde::Deserialize)]
struct OutboxRow {
    id: String,
    body: String,
}

/// A page of the messages that wait in one queue, after a given message.
pub(crate) fn list_undelivered(context: &Context, queue: Queue, after: &str) -> Statement {
    let before = context.now().plus_seconds(-AGE_SECONDS_MIN);
    plumbing::LIST_UNDELIVERED.bind(values![queue.name(), before, after, PAGE])
}

pub(crate) fn waiting(queue: Queue, rows: Rows) -> Result<Vec<WaitingMessage>, DatabaseError> {
    let rows = rows.read::<OutboxRow>()?.into_iter();
    Ok(rows
        .map(|row| WaitingMessage { id: row.id, queue: queue.name().to_owned(), body: row.body })
        .collect())
}

/// Marks the messages that a reader has. Returns the queue's next page in the same round trip when it is wanted.
pub(crate) async fn mark_delivered(
    context: &Context,
    queue: Queue,
    ids: &[String],
    after: Option<&str>,
) -> Result<Vec<WaitingMessage>, DatabaseError> {
    let mut unit = context.unit();
    unit.push(plumbing::MARK_DELIVERED.bind(values![queue.name(), store::json(ids), context.now()]));
    if let Some(after) = after {
        unit.push(list_undelivered(context, queue, after));
    }
    let next = context.commit(unit).await?.into_iter().nth(1);
    next.map_or_else(|| Ok(Vec::new()), |rows| waiting(queue, rows))
}

/// What waits for one reader.
struct Lane {
    queue: Queue,
    /// The part of the page that was not offered yet, in pieces that the reader takes at once.
    parts: VecDeque<Vec<WaitingMessage>>,
    /// The last message of the page, when more may follow.
    after: Option<String>,
    failures_in_a_row: u32,
}

impl Lane {
    fn of(queue: Queue, page: Vec<WaitingMessage>, relayed: &mut Relayed) -> Self {
        let mut lane = Self { queue, parts: VecDeque::new(), after: None, failures_in_a_row: 0 };
        lane.load(page, relayed);
        lane
    }

    fn load(&mut self, page: Vec<WaitingMessage>, relayed: &mut Relayed) {
        relayed.waiting = relayed.waiting.saturating_add(page.len());
        let full = page.len() >= PAGE;
        self.after = page.last().filter(|_| full).map(|message| message.id.clone());
        self.parts = parts(page).into();
    }

    fn goes_on(&self) -> bool {
        !self.parts.is_empty()
    }

    fn stop(&mut self) {
        self.parts.clear();
        self.after = None;
    }

    /// Hands over as much as its share of the calls allows, marks that, and takes the next page when this one is done.
    /// Every message is offered once, even if those before it failed.
    async fn take_turn(mut self, context: &Context, share: u32) -> (Self, Relayed) {
        let mut turn = Relayed::default();
        let mut settled = Vec::new();
        for _ in 0..share {
            let Some(part) = self.parts.pop_front() else { break };
            match deliver(context, self.queue, part.clone()).await {
                Ok(ids) => {
                    settled.extend(ids);
                    self.failures_in_a_row = 0;
                }
                Err(failure) => {
                    turn.failures.push(format!("{}: {failure}", self.queue.name()));
                    self.offer_in_halves(part);
                }
            }
        }
        let after = self.after.take_if(|_| self.parts.is_empty());
        if settled.is_empty() && after.is_none() {
            return (self, turn);
        }
        match mark_delivered(context, self.queue, &settled, after.as_deref()).await {
            Ok(next) => {
                turn.settled = settled.len();
                if after.is_some() {
                    self.load(next, &mut turn);
                }
            }
            Err(error) => {
                turn.failures.push(format!("{}: {error}", self.queue.name()));
                self.stop();
            }
        }
        (self, turn)
    }

    /// A part on which the reader fails is offered again in halves, after the others. So a message that crashes its
    /// reader is alone in the end and holds up no other. A reader that keeps failing is down.
    fn offer_in_halves(&mut self, mut part: Vec<WaitingMessage>) {
        self.failures_in_a_row = self.failures_in_a_row.saturating_add(1);
        if self.failures_in_a_row >= FAILURES_IN_A_ROW_MAX {
            self.stop();
        } else if part.len() > 1 {
            let second = part.split_off(part.len().div_euclid(2));
            self.parts.extend([part, second]);
        }
    }
}

async fn deliver(
    context: &Context,
    queue: Queue,
    messages: Vec<WaitingMessage>,
) -> Result<Vec<String>, Failure> {
    let request = DeliverMessages { messages };
    let answer: MessagesDelivered =
        context.ask_as_system(queue.reader(), Method::POST, "/internal/events", &request).await?;
    Ok(answer.settled)
}

/// The messages in order, in parts that a reader takes at once; a larger message goes alone.
fn parts(messages: Vec<WaitingMessage>) -> Vec<Vec<WaitingMessage>> {
    let mut parts: Vec<Vec<WaitingMessage>> = Vec::new();
    let mut bytes = 0_usize;
    for message in messages {
        bytes = bytes.saturating_add(message.body.len());
        match parts.last_mut() {
            Some(part) if bytes <= HANDED_OVER_BYTES_MAX => part.push(message),
            _ => {
                bytes = message.body.len();
                parts.push(vec![message]);
            }
        }
    }
    parts
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Found by replaying a history with invoices of 600 lines: 200 of its messages were more than a reader accepts, so
    /// none was ever handed over.
    #[test]
    fn large_messages_are_handed_over_in_parts() {
        let message = |id: &str, kib: usize| WaitingMessage {
            id: id.to_owned(),
            queue: "accounting-inbox".to_owned(),
            body: "x".repeat(kib * 1024),
        };
        let all =
            vec![message("a", 100), message("b", 100), message("c", 100), message("d", 900), message("e", 1)];
        let parts: Vec<Vec<String>> =
            parts(all).into_iter().map(|part| part.into_iter().map(|m| m.id).collect()).collect();
        assert_eq!(parts, [vec!["a", "b"], vec!["c"], vec!["d"], vec!["e"]]);
    }
}
