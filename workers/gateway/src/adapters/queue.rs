//! What happens by itself: dead letters come in, the clock ticks.

use std::sync::Arc;

use contracts::Service;
use kernel::Tenant;
use platform::World;
use serde_json::json;
use web::{App, Context, Problem};

use super::peers::Peers;
use super::store::Store;
use crate::application::collect_dead_letters::collect_dead_letters;
use crate::application::ports::{Letters, Sessions};

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

/// Sweeps, fetches the dead letters of the others, and says so.
pub(crate) async fn tick(context: &Context) {
    let mut relayed = web::relay(context).await;
    let store = Store::new(context);
    let collected = collect_dead_letters(&Peers::new(context), &store, web::CALLS_PER_EVENT_MAX).await;
    for (owner, letters) in collected {
        relayed.settled = relayed.settled.saturating_add(letters.stored);
        let told = |failure| format!("dead letters of {owner}: {failure}");
        relayed.failures.extend(letters.failures.into_iter().map(told));
    }
    relayed.tell(context);
}
