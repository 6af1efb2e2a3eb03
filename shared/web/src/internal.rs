//! The routes every service has: health, metrics, its part of the sweep, and messages handed over.

use contracts::ops::{
    DeliverMessages, MarkDelivered, MessageReplayed, MessagesDelivered, NextPage, ReplayMessage, SweepReport,
    WaitingMessage,
};
use contracts::{Queue, Service};
use serde::Deserialize;
use store::{DatabaseError, Rows, Statement, json, plumbing, values};

use crate::{Context, Grant, Json, Problem, Reply, Route, health, idempotency, messages};

/// A message younger than this, in seconds, is left to its queue.
const RELAY_AFTER_SECONDS: i64 = 2;

pub(crate) fn routes(service: Service) -> Vec<Route> {
    // Nobody asks the gateway: it is the one that asks, and it has no internal route to be reached by.
    if service == Service::Gateway {
        return Vec::new();
    }
    vec![
        Route::get("/health", Grant::PUBLIC, "How this service is.", health::show),
        Route::get("/metrics", Grant::PUBLIC, "The figures of this service.", health::show_metrics),
        Route::post("/internal/sweep", Grant::INTERNAL, "Resume what stopped half-way.", sweep),
        Route::post("/internal/outbox/delivered", Grant::INTERNAL, "Mark what a reader has.", delivered),
        Route::post("/internal/events", Grant::INTERNAL, "Take in messages that a queue has lost.", deliver),
        Route::post("/internal/events/replay", Grant::INTERNAL, "Take in a dead letter once more.", replay),
    ]
}

#[derive(Deserialize)]
struct OutboxRow {
    id: String,
    queue: String,
    body: String,
}

/// A page of what waits in one queue, after a message.
fn list_undelivered(context: &Context, queue: &str, after: &str) -> Statement {
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
pub async fn sweep_service(context: &Context) -> Result<SweepReport, Problem> {
    let (resumed, failure) = match context.app.bounded().sweep(context).await {
        Ok(resumed) => (resumed, None),
        Err(problem) => (0, Some(problem.cause().unwrap_or(problem.detail()).to_owned())),
    };
    let mut statements = vec![idempotency::forget(context.now())];
    statements.extend(Queue::ALL.map(|queue| list_undelivered(context, queue.name(), "")));
    let mut report = SweepReport { waiting: Vec::new(), resumed, failure };
    for rows in context.query_list(statements).await?.into_iter().skip(1) {
        report.waiting.extend(waiting(rows)?);
    }
    Ok(report)
}

async fn sweep(context: Context) -> Result<Reply<SweepReport>, Problem> {
    sweep_service(&context).await.map(Reply)
}

/// Marks what a reader has, and answers the queue's next page in the same round trip.
pub async fn mark_delivered(context: &Context, request: &MarkDelivered) -> Result<NextPage, DatabaseError> {
    let mut unit = context.unit();
    let ids = json(&request.ids);
    unit.push(plumbing::MARK_DELIVERED.bind(values![request.queue.as_str(), ids, context.now()]));
    if let Some(after) = &request.after {
        unit.push(list_undelivered(context, &request.queue, after));
    }
    // No next page was asked for: there are no rows of one.
    let next = context.commit(unit).await?.into_iter().nth(1);
    Ok(NextPage { waiting: next.map(waiting).transpose()?.unwrap_or_else(Vec::new) })
}

async fn delivered(context: Context, Json(request): Json<MarkDelivered>) -> Result<Reply<NextPage>, Problem> {
    Ok(Reply(mark_delivered(&context, &request).await?))
}

async fn deliver(
    context: Context,
    Json(request): Json<DeliverMessages>,
) -> Result<Reply<MessagesDelivered>, Problem> {
    let settled = messages::take_handed_over(&context, request.messages).await;
    Ok(Reply(MessagesDelivered { settled }))
}

async fn replay(
    context: Context,
    Json(request): Json<ReplayMessage>,
) -> Result<Reply<MessageReplayed>, Problem> {
    Ok(Reply(messages::replay(&context, &request.body).await))
}
