//! `GET /metrics`: the gateway's own figures and those of every service, as one Prometheus text.

use axum::response::{IntoResponse, Response};
use futures_util::future::join_all;
use platform::Platform;
use web::{Context, Problem};

use super::show_health::{others, own};
use crate::Gateway;
use crate::adapters::peers::Peers;
use crate::domain::metrics;

/// A service that does not answer has `service_up` 0 and no other figure.
pub(super) async fn handle<P: Platform>(context: Context<P>) -> Result<Response, Problem> {
    let (outbox, unseen) = own(&context).await?;
    let own = format!(
        "# HELP dead_letters_unseen Messages that nobody could process and nobody has settled.\n\
         # TYPE dead_letters_unseen gauge\ndead_letters_unseen {unseen}\n\
         # HELP service_up Whether the service answers.\n\
         # TYPE service_up gauge\nservice_up{{service=\"gateway\"}} 1\n"
    );
    let mut texts = vec![own, web::outbox_metrics(&context, &outbox)];
    let peers = Peers::<P, Gateway>::new(&context);
    let answers = join_all(others().map(|service| {
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
