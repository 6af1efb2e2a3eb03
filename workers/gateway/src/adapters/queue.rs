//! What happens by itself: dead letters come in, the clock ticks.

use serde_json::json;
use web::{Context, Problem};

use super::peers::Peers;
use super::store::{SqlLetters, SqlSessions};
use crate::Gateway;
use crate::application::ports::Sessions;
use crate::application::relay_messages::{Relayed, relay_messages};

/// Stores dead letters; for each body whether it is stored.
pub(crate) async fn take(platform: &P, bodies: &[String]) -> Vec<bool> {
    let context = Context::system(platform.clone(), contracts::Service::Gateway, "dead-letters");
    SqlLetters::new(&context).bury(bodies).await
}

/// Forgets what has ended by age.
pub(crate) async fn sweep(context: &Context) -> Result<u32, Problem> {
    SqlSessions::new(context).forget().await?;
    Ok(0)
}

/// Lets every service sweep, relays what waits, and says so in one line.
pub(crate) async fn tick(context: &Context) {
    let relayed = relay_messages(&Peers::<P, Gateway>::new(context)).await;
    let failed = relayed.iter().any(|(_, outbox)| !outbox.failures.is_empty());
    let services: serde_json::Map<_, _> =
        relayed.iter().map(|(owner, outbox)| (owner.name().to_owned(), summary(outbox))).collect();
    let level = if failed { "warn" } else { "info" };
    context.world.log(&json!({ "level": level, "service": "gateway", "tick": services }).to_string());
}

fn summary(outbox: &Relayed) -> serde_json::Value {
    json!({
        "resumed": outbox.resumed,
        "waiting": outbox.waiting,
        "settled": outbox.settled,
        "failures": outbox.failures,
    })
}
