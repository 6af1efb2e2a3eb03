//! `GET /health`: the health of all services, for monitoring tools and for everyone.

use std::collections::BTreeMap;

use contracts::Service;
use contracts::ops::{CircuitStatus, InboxStatus, OutboxStatus, SagaStatus, ServiceHealth};
use http::StatusCode;
use kernel::Failure;
use platform::Response;
use schemars::JsonSchema;
use serde::Serialize;
use web::{Answer, Context, Grant, Problem, Reply, Route};

use super::grants;
use crate::adapters::peers::Peers;
use crate::adapters::store::Store;
use crate::application::check_health::{HouseHealth, check_health};
use crate::domain::dead_letter::Unseen;
use crate::domain::health::Status;

pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::get("/health", Grant::PUBLIC, "Show the health of all services.", handle).details(
            "200 while all services answer: `status` is `ok`, or `degraded` when a person should look at something: an \
             outbox that does not drain, work that is stuck, unsettled dead letters. 503 with `unavailable` when a \
             service or its database does not answer. The public sees only that; the reasons and figures need the grant \
             `ops:read`.",
        ),
    ]
}

/// The health of all services.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "HouseHealth")]
struct HouseHealthJson {
    service: &'static str,
    status: Status,
    /// For callers with the grant `ops:read`.
    #[serde(flatten)]
    details: Option<Details>,
}

/// Outbox, inbox and sagas are the gateway's own; they are missing when its database does not answer.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "HouseHealthDetails")]
struct Details {
    /// Why it is not `ok`, in sentences.
    reasons: Vec<String>,
    #[serde(flatten)]
    own: Option<OwnHealth>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Unseen")]
    dead_letters: Option<Unseen>,
    /// The other services, by name.
    services: BTreeMap<&'static str, PeerHealth>,
}

#[derive(Serialize, JsonSchema)]
struct OwnHealth {
    outbox: OutboxStatus,
    inbox: InboxStatus,
    sagas: Vec<SagaStatus>,
    circuits: Vec<CircuitStatus>,
}

#[derive(Serialize, JsonSchema)]
#[serde(untagged)]
#[schemars(rename = "PeerHealth")]
enum PeerHealth {
    Answered(ServiceHealth),
    Silent(Silent),
}

/// A service that does not answer.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "SilentService")]
struct Silent {
    status: Unavailable,
}

#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
#[schemars(inline)]
enum Unavailable {
    Unavailable,
}

impl Answer for HouseHealthJson {
    fn into_response(self) -> Result<Response, Problem> {
        let unavailable = self.status == Status::Unavailable;
        let mut response = Reply(self).into_response()?;
        if unavailable {
            *response.status_mut() = StatusCode::SERVICE_UNAVAILABLE;
        }
        Ok(response)
    }

    #[cfg(not(target_arch = "wasm32"))]
    fn describe(operation: &mut web::describe::Operation) {
        operation
            .json_answer::<Self>(200, "All services and databases answer.")
            .json_answer::<Self>(503, "A service or its database does not answer.");
    }
}

async fn handle(context: Context) -> Result<HouseHealthJson, Problem> {
    let house = check_health(&Peers::new(&context), &Store::new(&context)).await;
    let (status, reasons) = house.verdict(context.now());
    let HouseHealth { services, letters } = house;
    let dead_letters = answered(&context, Service::Gateway, letters);
    let (mut own, mut peers) = (None, BTreeMap::new());
    for (service, health) in services {
        let health = answered(&context, service, health);
        if service == Service::Gateway {
            own = health.map(|ServiceHealth { outbox, inbox, sagas, circuits, .. }| OwnHealth {
                outbox,
                inbox,
                sagas,
                circuits,
            });
        } else {
            let silent = PeerHealth::Silent(Silent { status: Unavailable::Unavailable });
            peers.insert(service.name(), health.map_or(silent, PeerHealth::Answered));
        }
    }
    let details = Details { reasons, own, dead_letters, services: peers };
    let details = Some(details).filter(|_| context.caller.may(grants::OPS_READ));
    Ok(HouseHealthJson { service: Service::Gateway.name(), status, details })
}

/// The answer, if there is one. The reason for a missing answer is only logged.
fn answered<T>(context: &Context, service: Service, answer: Result<T, Failure>) -> Option<T> {
    let tell = |failure: Failure| {
        let cause = failure.to_string();
        context.log("error", &[("unavailable", service.name().into()), ("cause", cause.into())]);
    };
    answer.map_err(tell).ok()
}
