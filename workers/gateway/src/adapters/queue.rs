//! What happens by itself: dead letters come in, the clock ticks.

use std::sync::Arc;

use contracts::Service;
use kernel::Tenant;
use platform::World;
use serde_json::json;
use web::{App, Context, Problem};

use super::peers::Peers;
use super::store::Store;
use crate::application::ports::Sessions;
use crate::application::relay_messages::{Relayed, relay_messages};

/// Stores dead letters, those of every tenant in one place; for each body whether it is stored.
pub(crate) async fn take(app: &App, world: Arc<dyn World>, bodies: &[String]) -> Vec<bool> {
    match app.system(world.clone(), Tenant::main(), "dead-letters", None) {
        Ok(context) => Store::new(&context).bury(bodies).await,
        Err(failure) => {
            let service = Service::Gateway.name();
            let line = json!({ "level": "error", "service": service, "cause": failure.to_string() });
            world.log(&line.to_string());
            vec![false; bodies.len()]
        }
    }
}

/// Forgets what has ended by age.
pub(crate) async fn sweep(context: &Context) -> Result<u32, Problem> {
    Store::new(context).forget().await?;
    Ok(0)
}

/// Lets every service sweep, relays what waits, and says so in one line.
pub(crate) async fn tick(context: &Context) {
    let relayed = relay_messages(&Peers::new(context)).await;
    let failed = relayed.iter().any(|(_, outbox)| !outbox.failures.is_empty());
    let services: serde_json::Map<_, _> =
        relayed.iter().map(|(owner, outbox)| (owner.name().to_owned(), summary(outbox))).collect();
    context.log(if failed { "warn" } else { "info" }, &[("tick", services.into())]);
}

fn summary(outbox: &Relayed) -> serde_json::Value {
    json!({
        "resumed": outbox.resumed,
        "waiting": outbox.waiting,
        "settled": outbox.settled,
        "failures": outbox.failures,
    })
}
