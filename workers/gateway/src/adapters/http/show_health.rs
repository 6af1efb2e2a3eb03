//! `GET /health`: the gateway's own and that of every service.

use axum::response::{IntoResponse, Response};
use contracts::Service;
use contracts::ops::OutboxStatus;
use futures_util::future::join_all;
use http::StatusCode;
use kernel::Failure;
use platform::Platform;
use serde_json::{Map, Value, json};
use web::{Context, Problem, Reply};

use crate::Gateway;
use crate::adapters::peers::Peers;
use crate::adapters::store::SqlLetters;
use crate::application::ports::Letters;

/// What waits in the gateway's own outbox, and what nobody has looked at.
pub(super) async fn own<P: Platform>(context: &Context<P>) -> Result<(OutboxStatus, i64), Failure> {
    Ok((web::outbox_status(context).await?, SqlLetters::new(context).unseen().await?))
}

/// The services that are asked: all but this one.
pub(super) fn others() -> impl Iterator<Item = Service> {
    Service::ALL.into_iter().filter(|service| *service != Service::Gateway)
}

/// Answers 200 when every database answers, 503 when one does not; each service's own words in either.
pub(super) async fn handle<P: Platform>(context: Context<P>) -> Result<Response, Problem> {
    let peers = Peers::<P, Gateway>::new(&context);
    let answers = join_all(others().map(|service| {
        let peers = &peers;
        async move { (service.name().to_owned(), health_of(peers, service).await) }
    }));
    let services: Map<String, Value> = answers.await.into_iter().collect();
    let mut healthy = services.values().all(is_ok);
    let mut body = json!({ "service": "gateway", "services": services });
    let own = match own(&context).await {
        Ok((outbox, unseen)) => json!({
            "status": "ok",
            "outbox": outbox,
            "deadLetters": { "unseen": unseen },
        }),
        Err(failure) => {
            healthy = false;
            log(&context, Service::Gateway, &failure);
            json!({ "status": "unavailable" })
        }
    };
    if let (Some(body), Value::Object(own)) = (body.as_object_mut(), own) {
        body.extend(own);
        body.insert("status".to_owned(), json!(if healthy { "ok" } else { "degraded" }));
    }
    let mut answer = Reply(body).into_response();
    if !healthy {
        *answer.status_mut() = StatusCode::SERVICE_UNAVAILABLE;
    }
    Ok(answer)
}

async fn health_of<P: Platform>(peers: &Peers<'_, P, Gateway>, service: Service) -> Value {
    match peers.page(service, "/health").await {
        Ok(answer) => {
            let body: Value = serde_json::from_slice(&answer.body).unwrap_or_default();
            if answer.status == 200 { body } else { json!({ "status": "unavailable", "answer": body }) }
        }
        Err(failure) => {
            log(peers.context(), service, &failure);
            json!({ "status": "unavailable" })
        }
    }
}

fn is_ok(health: &Value) -> bool {
    health.get("status").and_then(Value::as_str) == Some("ok")
}

fn log<P: Platform>(context: &Context<P>, service: Service, failure: &Failure) {
    let line = json!({
        "level": "error",
        "service": "gateway",
        "requestId": &*context.request_id,
        "unavailable": service.name(),
        "cause": failure.to_string(),
    });
    context.platform.log(&line.to_string());
}
