//! The routes every service has: health, metrics, its part of the sweep, and messages handed over.

use axum::response::{IntoResponse, Response};
use contracts::ops::{
    DeliverMessages, MarkDelivered, MessageReplayed, MessagesDelivered, OutboxStatus, ReplayMessage,
    ServiceHealth, SweepReport, WaitingMessage,
};
use kernel::Failure;
use platform::Platform;
use serde::Deserialize;
use serde_json::json;
use store::{json as json_value, plumbing, values};

use crate::{Bounded, Context, Grant, Json, Problem, Reply, Routes, idempotency, messages};

/// A message younger than this, in seconds, is left to its queue.
const RELAY_AFTER_SECONDS: i64 = 2;

pub(crate) fn add<S: Bounded, P: Platform>(routes: Routes<P>) -> Routes<P> {
    // Nobody asks the gateway: it is the one that asks, and it has no internal route to be reached by.
    if S::SERVICE == contracts::Service::Gateway {
        return routes;
    }
    routes
        .get("/health", Grant::Public, health::<P>)
        .get("/metrics", Grant::Public, metrics::<P>)
        .post("/internal/sweep", Grant::Internal, sweep::<S, P>)
        .post("/internal/outbox/delivered", Grant::Internal, mark_delivered::<P>)
        .post("/internal/events", Grant::Internal, deliver::<S, P>)
        .post("/internal/events/replay", Grant::Internal, replay::<S, P>)
}

/// What waits in the service's own outbox.
pub async fn outbox_status<P: Platform>(context: &Context<P>) -> Result<OutboxStatus, Failure> {
    let rows = context.query(plumbing::OUTBOX_STATUS.bind([])).await?;
    rows.first()?.ok_or_else(|| Failure::Defect("a count without a row".to_owned()))
}

/// The same as Prometheus text.
#[must_use]
pub fn outbox_metrics<P: Platform>(context: &Context<P>, outbox: &OutboxStatus) -> String {
    let age_ms = outbox.oldest.map_or(0, |oldest| context.now().unix_ms().saturating_sub(oldest.unix_ms()));
    let service = context.service().name();
    format!(
        "# HELP outbox_waiting Messages whose reader has not confirmed them.\n\
         # TYPE outbox_waiting gauge\noutbox_waiting{{service=\"{service}\"}} {}\n\
         # HELP outbox_oldest_age_seconds Age of the oldest of them.\n\
         # TYPE outbox_oldest_age_seconds gauge\noutbox_oldest_age_seconds{{service=\"{service}\"}} {}\n",
        outbox.waiting,
        age_ms.div_euclid(1000)
    )
}

/// `GET /health`: the database answers; how many messages wait and since when.
async fn health<P: Platform>(context: Context<P>) -> Result<Reply<ServiceHealth>, Problem> {
    let outbox = outbox_status(&context).await?;
    let service = context.service().name().to_owned();
    Ok(Reply(ServiceHealth { status: "ok".to_owned(), service, outbox }))
}

/// `GET /metrics`: Prometheus text.
async fn metrics<P: Platform>(context: Context<P>) -> Result<Response, Problem> {
    let text = outbox_metrics(&context, &outbox_status(&context).await?);
    Ok(([("content-type", "text/plain; version=0.0.4")], text).into_response())
}

#[derive(Deserialize)]
struct OutboxRow {
    id: String,
    queue: String,
    body: String,
}

/// Resumes what stopped half-way, forgets what is old, and answers the messages that wait.
pub async fn sweep_service<S: Bounded, P: Platform>(context: &Context<P>) -> Result<SweepReport, Problem> {
    let resumed = S::sweep(context).await?;
    let before = context.now().plus_seconds(-RELAY_AFTER_SECONDS);
    let rows = context
        .query_all(vec![
            idempotency::forget(context.now()),
            plumbing::LIST_UNDELIVERED.bind(values![before, SweepReport::WAITING_MAX]),
        ])
        .await?;
    let waiting = rows.into_iter().next_back().unwrap_or_default().read::<OutboxRow>()?;
    let waiting = waiting
        .into_iter()
        .map(|row| WaitingMessage { id: row.id, queue: row.queue, body: row.body })
        .collect();
    Ok(SweepReport { waiting, resumed })
}

async fn sweep<S: Bounded, P: Platform>(context: Context<P>) -> Result<Reply<SweepReport>, Problem> {
    sweep_service::<S, P>(&context).await.map(Reply)
}

async fn mark_delivered<P: Platform>(
    context: Context<P>,
    Json(request): Json<MarkDelivered>,
) -> Result<Reply<serde_json::Value>, Problem> {
    let mut unit = context.unit();
    unit.push(plumbing::MARK_DELIVERED.bind(values![
        request.queue.as_str(),
        json_value(&request.ids),
        context.now()
    ]));
    context.commit(unit).await?;
    Ok(Reply(json!({})))
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
