//! The routes that every service has: health, metrics, its own checks, messages handed over, and its dead letters.

use contracts::Service;
use contracts::ops::{
    DeadLettersPage, DeliverMessages, FetchDeadLetters, FindSettled, MessageReplayed, MessagesDelivered,
    ReplayMessage, ServiceReconciliation,
};
use kernel::Failure;
use serde::Deserialize;
use store::plumbing;

use crate::audit::{Audit, Position};
use crate::{Context, Grant, Json, Problem, Query, Reply, Route, health, messages, relay, trail};

pub(crate) fn routes(service: Service) -> Vec<Route> {
    // Nobody calls the gateway: it calls the others, and has no internal route.
    if service == Service::Gateway {
        return Vec::new();
    }
    let asked = "Say which of these messages are taken in or buried.";
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
        Route::get(
            "/internal/audit-trail",
            Grant::INTERNAL,
            "List who changed what, the newest first.",
            trail::show,
        ),
        Route::post("/internal/events", Grant::INTERNAL, "Take in messages that a queue lost.", deliver),
        Route::post("/internal/events/settled", Grant::INTERNAL, asked, find_settled),
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
    let waiting = relay::next_dead_letters(&context, &stored, &after).await?;
    Ok(Reply(DeadLettersPage { waiting }))
}

async fn deliver(
    context: Context,
    Json(request): Json<DeliverMessages>,
) -> Result<Reply<MessagesDelivered>, Problem> {
    let settled = messages::take_handed_over(&context, request.messages).await;
    Ok(Reply(MessagesDelivered { settled }))
}

#[derive(Deserialize)]
struct SettledRow {
    ids: String,
}

/// If the query fails, so does the request: "I have none of them" would move every body.
async fn find_settled(
    context: Context,
    Json(request): Json<FindSettled>,
) -> Result<Reply<MessagesDelivered>, Problem> {
    let rows = context.query(plumbing::LIST_SETTLED.bind([store::json(&request.ids)])).await?;
    let row: SettledRow = rows.first()?.ok_or_else(|| Failure::Defect("a list without a row".to_owned()))?;
    let settled = serde_json::from_str(&row.ids).map_err(|error| Failure::Defect(error.to_string()))?;
    Ok(Reply(MessagesDelivered { settled }))
}

async fn replay(
    context: Context,
    Json(request): Json<ReplayMessage>,
) -> Result<Reply<MessageReplayed>, Problem> {
    Ok(Reply(messages::replay(&context, &request.body).await))
}
