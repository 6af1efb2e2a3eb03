//! The routes that every service has: health, metrics, its own checks, messages handed over, and its dead letters.

use contracts::ops::{
    DeadLettersPage, DeliverMessages, FetchDeadLetters, MessageReplayed, MessagesDelivered, ReplayMessage,
    ServiceReconciliation,
};
use contracts::{Queue, Service};

use crate::audit::{Audit, Position};
use crate::{Context, Grant, Json, Problem, Query, Reply, Route, health, messages, relay};

pub(crate) fn routes(service: Service) -> Vec<Route> {
    // Nobody calls the gateway: it calls the others, and has no internal route.
    if service == Service::Gateway {
        return Vec::new();
    }
    let letters = "Mark the dead letters that the gateway has stored, and return the next page.";
    vec![
        Route::get("/health", Grant::PUBLIC, "Show the health of this service.", health::show),
        Route::get("/metrics", Grant::PUBLIC, "Show the metrics of this service.", health::show_metrics),
        Route::get(
            "/internal/reconciliation",
            Grant::INTERNAL,
            "Check what this service promises.",
            reconcile,
        )
        .details("Part by part and page by page: an answer with `nextCursor` is not the last one."),
        Route::post("/internal/events", Grant::INTERNAL, "Take in messages that a queue lost.", deliver),
        Route::post("/internal/events/replay", Grant::INTERNAL, "Take in a dead letter again.", replay),
        Route::post("/internal/outbox/dead-letters", Grant::INTERNAL, letters, dead_letters),
    ]
}

async fn reconcile(
    context: Context,
    Query(position): Query<Position>,
) -> Result<Reply<ServiceReconciliation>, Problem> {
    let audit = Audit::from(position.cursor.as_ref(), position.limit);
    Ok(Reply(context.app.bounded().reconcile(&context, audit).await?))
}

async fn dead_letters(
    context: Context,
    Json(request): Json<FetchDeadLetters>,
) -> Result<Reply<DeadLettersPage>, Problem> {
    let FetchDeadLetters { stored, after } = request;
    let waiting = relay::mark_delivered(&context, Queue::DeadLetters, &stored, Some(&after)).await?;
    Ok(Reply(DeadLettersPage { waiting }))
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
