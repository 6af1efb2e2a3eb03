//! `GET /health`: how the house is, for a monitoring tool and for everyone.

use axum::response::{IntoResponse, Response};
use contracts::Service;
use http::StatusCode;
use kernel::Failure;
use serde_json::{Map, Value, json};
use web::{Context, Reply};

use crate::Gateway;
use crate::adapters::peers::Peers;
use crate::adapters::store::SqlLetters;
use crate::application::check_health::check_health;
use crate::domain::health::Status;

/// 200 while the house can sell: `status` is `ok`, or `degraded` when a person should look at something: an
/// outbox that does not drain, work that is stuck, dead letters that nobody has settled. 503 `unavailable`
/// when a service or its database does not answer. `reasons` says why in sentences. The page is public: it
/// has counts and times, never an id, a cause or anything of a customer.
pub(super) async fn handle(context: Context) -> Response {
    let peers = Peers::<P, Gateway>::new(&context);
    let house = check_health(&peers, &SqlLetters::new(&context)).await;
    let (status, reasons) = house.verdict(context.now());
    let mut services = Map::new();
    let mut body = Map::new();
    for (service, answer) in &house.services {
        let health = match answer {
            Ok(health) => json!(health),
            Err(failure) => {
                log(&context, *service, failure);
                json!({ "status": Status::Unavailable.as_str() })
            }
        };
        match (service, health) {
            (Service::Gateway, Value::Object(own)) => body.extend(own),
            (service, health) => drop(services.insert(service.name().to_owned(), health)),
        }
    }
    match &house.letters {
        Ok(letters) => drop(body.insert("deadLetters".to_owned(), json!(letters))),
        Err(failure) => log(&context, Service::Gateway, failure),
    }
    body.insert("service".to_owned(), json!(Service::Gateway.name()));
    body.insert("status".to_owned(), json!(status.as_str()));
    body.insert("reasons".to_owned(), json!(reasons));
    body.insert("services".to_owned(), Value::Object(services));
    let mut answer = Reply(Value::Object(body)).into_response();
    if status == Status::Unavailable {
        *answer.status_mut() = StatusCode::SERVICE_UNAVAILABLE;
    }
    answer
}

fn log(context: &Context, service: Service, failure: &Failure) {
    let line = json!({
        "level": "error",
        "service": "gateway",
        "requestId": &*context.request_id,
        "unavailable": service.name(),
        "cause": failure.to_string(),
    });
    context.world.log(&line.to_string());
}
