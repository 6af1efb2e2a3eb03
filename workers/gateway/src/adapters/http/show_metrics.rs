//! `GET /metrics`: the gateway's own figures and those of every service, as one Prometheus text.

use axum::response::{IntoResponse, Response};
use contracts::Service;
use futures_util::future::join_all;
use web::health::{age_seconds, gauge, health_metrics};
use web::{Context, Problem};

use crate::Gateway;
use crate::adapters::peers::Peers;
use crate::adapters::store::SqlLetters;
use crate::application::ports::{Letters, Observable};
use crate::domain::metrics;

/// A service that does not answer has `service_up` 0 and no other figure.
pub(super) async fn handle(context: Context) -> Result<Response, Problem> {
    let peers = Peers::<P, Gateway>::new(&context);
    let (own, letters) = (peers.health(Service::Gateway).await?, SqlLetters::new(&context).unseen().await?);
    let age = age_seconds(letters.oldest, context.now());
    let one = |value: i64| [(String::new(), value)];
    let unseen = "Messages that nobody could process and nobody has settled.";
    let up = "Whether the service answers.";
    let mut texts = vec![
        gauge("dead_letters_unseen", unseen, &one(letters.unseen)),
        gauge("dead_letter_oldest_age_seconds", "Age of the oldest of them.", &one(age)),
        gauge("service_up", up, &[("{service=\"gateway\"}".to_owned(), 1)]),
        health_metrics(&own, context.now()),
    ];
    let others = Service::ALL.into_iter().filter(|service| *service != Service::Gateway);
    let answers = join_all(others.map(|service| {
        let peers = &peers;
        async move { (service, peers.page(service, "/metrics").await) }
    }));
    for (service, answer) in answers.await {
        let text = answer.ok().filter(|answer| answer.status == 200).map(|answer| answer.body);
        texts.push(format!("service_up{{service=\"{service}\"}} {}\n", u8::from(text.is_some())));
        texts.extend(text.and_then(|text| String::from_utf8(text).ok()));
    }
    Ok(([("content-type", "text/plain; version=0.0.4")], metrics::join(&texts)).into_response())
}
