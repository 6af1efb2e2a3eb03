//! `GET /metrics`: the metrics of the gateway and of every service, as one Prometheus text.

use contracts::Service;
use futures_util::future::join_all;
use http::StatusCode;
use web::answer::PrometheusText;
use web::health::{age_seconds, counted, gauge, health_metrics};
use web::{Context, Problem, Route, Text};

use super::grants;
use crate::adapters::peers::Peers;
use crate::adapters::store::Store;
use crate::application::ports::{Letters, Observable};
use crate::domain::metrics;

/// The maximum bytes of one service's page.
const PAGE_BYTES_MAX: usize = 1024 * 1024;

pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::get("/metrics", grants::OPS_READ, "Show the metrics of every service, for Prometheus.", handle)
            .details(
                "A service that does not answer has `service_up` 0 and no other metric. A program reads it with an API key.",
            ),
    ]
}

async fn handle(context: Context) -> Result<Text<PrometheusText>, Problem> {
    let peers = Peers::new(&context);
    let own = peers.health(Service::Gateway).await?;
    let letters = Store::new(&context).unseen().await?;
    let age = age_seconds(letters.oldest, context.now());
    let one = |value: i64| [(String::new(), value)];
    let unseen = "Dead letters that are neither replayed nor discarded.";
    let up = "Whether the service answers.";
    let mut texts = vec![
        gauge("dead_letters_unseen", unseen, &one(letters.unseen)),
        gauge("dead_letter_oldest_age_seconds", "Age of the oldest of these dead letters.", &one(age)),
        gauge("service_up", up, &[("{service=\"gateway\"}".to_owned(), 1)]),
        health_metrics(&own, context.now()),
        counted(&context),
    ];
    let pages = Service::Gateway.others().map(|service| {
        let peers = &peers;
        async move { (service, page(peers, service).await) }
    });
    for (service, page) in join_all(pages).await {
        texts.push(format!("service_up{{service=\"{service}\"}} {}\n", u8::from(page.is_some())));
        texts.extend(page);
    }
    Ok(Text::new(metrics::join(&texts)))
}

/// A service's own page; none when it does not return one.
async fn page(peers: &Peers<'_>, service: Service) -> Option<String> {
    let answer = peers.page(service, "/metrics").await.ok()?;
    if answer.status() != StatusCode::OK {
        return None;
    }
    String::from_utf8(answer.into_body().read(PAGE_BYTES_MAX).await.ok()?).ok()
}
