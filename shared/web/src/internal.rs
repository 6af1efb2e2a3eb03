//! The routes every service has: health, metrics, its part of the sweep, and messages handed over.

use contracts::Queue;
use contracts::ops::{
    DeliverMessages, MarkDelivered, MessageReplayed, MessagesDelivered, NextPage, ReplayMessage, SweepReport,
    WaitingMessage,
};
use platform::Platform;
use serde::Deserialize;
use store::{DatabaseError, Rows, Statement, json, plumbing, values};

use crate::{Bounded, Context, Grant, Json, Problem, Reply, Routes, health, idempotency, messages};

/// A message younger than this, in seconds, is left to its queue.
const RELAY_AFTER_SECONDS: i64 = 2;

pub(crate) fn add<S: Bounded, P: Platform>(routes: Routes<P>) -> Routes<P> {
    // Nobody asks the gateway: it is the one that asks, and it has no internal route to be reached by.
    if S::SERVICE == contracts::Service::Gateway {
        return routes;
    }
    routes
        .get("/health", Grant::Public, health::show::<S, P>)
        .get("/metrics", Grant::Public, health::show_metrics::<S, P>)
        .post("/internal/sweep", Grant::Internal, sweep::<S, P>)
        .post("/internal/outbox/delivered", Grant::Internal, delivered::<P>)
        .post("/internal/events", Grant::Internal, deliver::<S, P>)
        .post("/internal/events/replay", Grant::Internal, replay::<S, P>)
}

#[derive(Deserialize)]
struct OutboxRow {
    id: String,
    queue: String,
    body: String,
}

/// A page of what waits in one queue, after a message.
fn list_undelivered<P: Platform>(context: &Context<P>, queue: &str, after: &str) -> Statement {
    let before = context.now().plus_seconds(-RELAY_AFTER_SECONDS);
    plumbing::LIST_UNDELIVERED.bind(values![queue, before, after, SweepReport::WAITING_MAX])
}

fn waiting(rows: Rows) -> Result<Vec<WaitingMessage>, DatabaseError> {
    let rows = rows.read::<OutboxRow>()?.into_iter();
    Ok(rows.map(|row| WaitingMessage { id: row.id, queue: row.queue, body: row.body }).collect())
}

/// Resumes what stopped half-way, forgets what is old, and answers the messages that wait: of each queue the
/// first page, so that no reader's messages stand behind another's. A sweep that fails says so, and keeps no
/// message back.
pub async fn sweep_service<S: Bounded, P: Platform>(context: &Context<P>) -> Result<SweepReport, Problem> {
    let (resumed, failure) = match S::sweep(context).await {
        Ok(resumed) => (resumed, None),
        Err(problem) => (0, Some(problem.cause().unwrap_or(problem.detail()).to_owned())),
    };
    let mut statements = vec![idempotency::forget(context.now())];
    statements.extend(Queue::ALL.map(|queue| list_undelivered(context, queue.name(), "")));
    let mut report = SweepReport { waiting: Vec::new(), resumed, failure };
    for rows in context.query_all(statements).await?.into_iter().skip(1) {
        report.waiting.extend(waiting(rows)?);
    }
    Ok(report)
}

async fn sweep<S: Bounded, P: Platform>(context: Context<P>) -> Result<Reply<SweepReport>, Problem> {
    sweep_service::<S, P>(&context).await.map(Reply)
}

/// Marks what a reader has, and answers the queue's next page in the same round trip.
pub async fn mark_delivered<P: Platform>(
    context: &Context<P>,
    request: &MarkDelivered,
) -> Result<NextPage, DatabaseError> {
    let mut unit = context.unit();
    let ids = json(&request.ids);
    unit.push(plumbing::MARK_DELIVERED.bind(values![request.queue.as_str(), ids, context.now()]));
    if let Some(after) = &request.after {
        unit.push(list_undelivered(context, &request.queue, after));
    }
    let next = context.commit(unit).await?.into_iter().nth(1).unwrap_or_default();
    Ok(NextPage { waiting: waiting(next)? })
}

async fn delivered<P: Platform>(
    context: Context<P>,
    Json(request): Json<MarkDelivered>,
) -> Result<Reply<NextPage>, Problem> {
    Ok(Reply(mark_delivered(&context, &request).await?))
}

async fn deliver<S: Bounded, P: Platform>(
    context: Context<P>,
    Json(request): Json<DeliverMessages>,
) -> Reply<MessagesDelivered> {
    let settled = messages::take_handed_over::<S, P>(&context.platform, request.messages).await;
    Reply(MessagesDelivered { settled })
}

async fn replay<S: Bounded, P: Platform>(
    context: Context<P>,
    Json(request): Json<ReplayMessage>,
) -> Reply<MessageReplayed> {
    Reply(messages::replay::<S, P>(&context.platform, &request.body).await)
}
