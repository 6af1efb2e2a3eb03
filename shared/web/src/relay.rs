//! A service's cron run. Each minute it resumes work that stopped half-way, and asks the readers of its messages what
//! they have. What a queue has not delivered is handed over. So the queues are only a hint. Each queue is a separate
//! lane: a reader, a message or a sweep that fails does not stop the others.

mod lane;

use std::collections::VecDeque;

use contracts::Queue;
use contracts::ops::WaitingMessage;
use kernel::Failure;
use serde_json::{Value, json};
use store::{DatabaseError, Rows, Statement, plumbing, values};

use crate::spans::{self, Kind};
use crate::{Context, prune};
use lane::Lane;

/// Cloudflare limits how many other Workers one event may call. What exceeds the limit waits for the next minute.
pub const CALLS_PER_EVENT_MAX: u32 = 32;
/// A message younger than this, in seconds, is left to its queue.
const AGE_SECONDS_MIN: i64 = 2;
/// How many messages are read at once with their bodies.
const BODIES: usize = 200;

/// The result of one cron run.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Relayed {
    /// The number of items that the sweep resumed.
    pub resumed: u32,
    /// Messages that waited.
    pub waiting: usize,
    /// Messages that were sent to their reader, because it did not have them.
    pub handed_over: usize,
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
        let sweep = json!({
            "resumed": self.resumed,
            "waiting": self.waiting,
            "handedOver": self.handed_over,
            "settled": self.settled,
        });
        let fields: [(&str, Value); 7] = [
            ("sweep", sweep),
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

    /// Adds what a lane's turn has done.
    fn add(&mut self, turn: Self) {
        self.waiting = self.waiting.saturating_add(turn.waiting);
        self.handed_over = self.handed_over.saturating_add(turn.handed_over);
        self.settled = self.settled.saturating_add(turn.settled);
        self.failures.extend(turn.failures);
    }
}

/// Sweeps, asks the readers what they have, hands over the rest, and deletes what is old.
pub async fn relay(context: &Context) -> Relayed {
    let mut relayed = Relayed::default();
    match context.app.bounded().sweep(context).await {
        Ok(resumed) => relayed.resumed = resumed,
        Err(problem) => {
            relayed.failures.push(format!("sweep: {}", problem.cause().unwrap_or(problem.detail())));
        }
    }
    if let Err(failure) = settle(context, &mut relayed).await {
        relayed.failures.push(failure.to_string());
    }
    if let Err(error) = prune::prune(context).await {
        relayed.failures.push(format!("prune: {error}"));
    }
    relayed
}

/// A second round of the same event, with the calls that the first one has left: what was written in the meantime is
/// confirmed half a minute earlier than by the next event.
pub(crate) async fn relay_again(context: &Context) -> Relayed {
    let mut relayed = Relayed::default();
    if let Err(failure) = settle(context, &mut relayed).await {
        relayed.failures.push(failure.to_string());
    }
    relayed
}

/// The lanes take turns of one call each. So a lane that is long or fails does not use up the calls of the others.
async fn settle(context: &Context, relayed: &mut Relayed) -> Result<(), Failure> {
    // The gateway fetches the dead letters of all services: they cannot reach the gateway.
    let mut queues = context.service().sends_to();
    queues.retain(|queue| *queue != Queue::DeadLetters);
    if queues.is_empty() || context.calls_left() == 0 {
        return Ok(());
    }
    let statements = queues.iter().map(|queue| lane::first_page(context, *queue)).collect();
    let pages = context.query_list(statements).await?.into_iter();
    let mut lanes = VecDeque::new();
    for (queue, rows) in queues.into_iter().zip(pages) {
        lanes.push_back(Lane::of(queue, rows, relayed)?);
    }
    lanes.retain(Lane::goes_on);
    while !lanes.is_empty() {
        let calls = usize::try_from(context.calls_left()).unwrap_or(usize::MAX);
        if calls == 0 {
            return Ok(());
        }
        let turns = lanes.drain(..lanes.len().min(calls)).map(|lane| lane.take_turn(context));
        for (lane, turn) in futures_util::future::join_all(turns).await {
            relayed.add(turn);
            if lane.goes_on() {
                lanes.push_back(lane);
            }
        }
    }
    Ok(())
}

/// The youngest time, not included, of the messages that the relay looks at.
fn before(context: &Context) -> kernel::Timestamp {
    context.now().plus_seconds(-AGE_SECONDS_MIN)
}

#[derive(serde::Deserialize)]
struct OutboxRow {
    id: String,
    body: String,
}

fn waiting(queue: Queue, rows: Rows) -> Result<Vec<WaitingMessage>, DatabaseError> {
    let rows = rows.read::<OutboxRow>()?.into_iter();
    Ok(rows
        .map(|row| WaitingMessage { id: row.id, queue: queue.name().to_owned(), body: row.body })
        .collect())
}

fn mark_delivered(context: &Context, queue: Queue, ids: &[String]) -> Statement {
    plumbing::MARK_DELIVERED.bind(values![queue.name(), store::json(ids), context.now()])
}

/// Marks the dead letters that the gateway has stored. Returns the next page in the same round trip.
pub(crate) async fn next_dead_letters(
    context: &Context,
    stored: &[String],
    after: &str,
) -> Result<Vec<WaitingMessage>, DatabaseError> {
    let queue = Queue::DeadLetters;
    let mut unit = context.unit();
    unit.push(mark_delivered(context, queue, stored));
    let next =
        unit.push(plumbing::LIST_UNDELIVERED.bind(values![queue.name(), before(context), after, BODIES]));
    let rows = context.commit(unit).await?.into_iter().nth(next);
    waiting(queue, rows.unwrap_or_default())
}
