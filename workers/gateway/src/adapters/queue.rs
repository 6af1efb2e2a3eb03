//! What happens without a request: dead letters arrive, and the cron fires.

use std::sync::Arc;

use contracts::Service;
use kernel::{Failure, Tenant};
use platform::World;
use serde_json::json;
use web::{App, Context, Problem};

use super::peers::Peers;
use super::store::{Store, announce_users};
use crate::application::collect_dead_letters::collect_dead_letters;
use crate::application::decide_approval::execute;
use crate::application::ports::{Approvals, Letters, Reconciliations, Sessions};
use crate::application::reconcile;
use crate::domain::reconciliation::night_since;

/// Stores dead letters, those of every tenant in one place. Returns for each body whether it is stored.
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

/// How long an approved request is left to who approved it, in seconds.
const UNDER_WAY_SECONDS: i64 = 30;

/// Deletes expired sessions and old login attempts, tells of users of whom no event has told, ends approvals that nobody
/// has decided in time, and goes on with what was approved and has not been answered.
pub(crate) async fn sweep(context: &Context) -> Result<u32, Problem> {
    let (store, peers) = (Store::new(context), Peers::new(context));
    store.forget().await?;
    store.expire().await?;
    let mut resumed = announce_users(context).await?;
    for approval in store.approved(context.now().plus_seconds(-UNDER_WAY_SECONDS)).await? {
        let id = approval.id.clone();
        if let Err(failure) = execute(&store, &peers, approval).await {
            // One that cannot be done holds up no other.
            context.log("error", &[("approval", id.into()), ("cause", failure.to_string().into())]);
        }
        resumed = resumed.saturating_add(1);
    }
    Ok(resumed)
}

/// Sweeps, fetches the dead letters of the other services, continues the reconciliation, and logs the result.
pub(crate) async fn tick(context: &Context) {
    let mut relayed = web::relay(context).await;
    let store = Store::new(context);
    let collected = collect_dead_letters(&Peers::new(context), &store, web::CALLS_PER_EVENT_MAX).await;
    for (owner, letters) in collected {
        relayed.settled = relayed.settled.saturating_add(letters.stored);
        let told = |failure| format!("dead letters of {owner}: {failure}");
        relayed.failures.extend(letters.failures.into_iter().map(told));
    }
    if let Err(failure) = reconcile_in_turn(context).await {
        relayed.failures.push(format!("reconciliation: {failure}"));
    }
    relayed.tell(context);
}

/// Continues the current run by one slice, with the calls that are left. At night it starts a run. The findings of a
/// run are logged at its end.
async fn reconcile_in_turn(context: &Context) -> Result<(), Failure> {
    let (runs, now) = (Store::new(context), context.now());
    let run = match (runs.under_way().await?, night_since(now)) {
        (Some(run), _) => run,
        (None, Some(night)) if !runs.has_begun_since(night).await? => {
            reconcile::start(&runs, context.new_id()?, Service::Gateway.name(), now).await?
        }
        (None, _) => return Ok(()),
    };
    let (house, letters) = (Peers::new(context), Store::new(context));
    let run = reconcile::go_on(&runs, &house, &letters, run, now, context.calls_left()).await?;
    if run.finished_at.is_some() {
        let failed: Vec<&str> =
            run.checks.iter().filter(|check| !check.ok).map(|check| check.name.as_str()).collect();
        let level = if failed.is_empty() { "info" } else { "error" };
        context
            .log(level, &[("reconciliation", json!({ "run": run.id, "ok": run.is_ok(), "failed": failed }))]);
    }
    Ok(())
}
