//! What the sweep resumes and ends: checkouts and refunds that stopped half-way, orders that nobody has paid in time, carts that
//! nobody has used for long.

use web::{Context, Problem};

use super::peers::InventoryPeer;
use super::provider::Provider;
use super::store::Store;
use crate::application::advance_refund::{Effects, resume_refunds};
use crate::application::ports::checkouts::Ended;
use crate::application::resume_checkouts::resume_checkouts;
use crate::application::run_checkout::Ports;

/// A checkout or a refund that did not change for this long, in seconds, has stopped.
const STOPPED_AFTER_SECONDS: i64 = 30;
/// The most checkouts that one sweep resumes.
const RESUMED_AT_ONCE: i64 = 50;

/// Returns how many it resumed.
pub(crate) async fn resume(context: &Context) -> Result<u32, Problem> {
    // A failure of one does not stop the other.
    let checkouts = checkouts(context).await;
    let refunds = refunds(context).await;
    let unpaid = unpaid(context).await;
    Store::new(context).forget_attempts().await?;
    let carts = Store::new(context).delete_expired_carts().await?;
    Ok(checkouts?.saturating_add(refunds?).saturating_add(unpaid?).saturating_add(carts))
}

/// Without the setting an order waits for as long as it takes.
async fn unpaid(context: &Context) -> Result<u32, Problem> {
    let minutes = context.number_setting("UNPAID_MINUTES", 0)?;
    if minutes == 0 {
        return Ok(0);
    }
    let before = context.now().plus_seconds(minutes.saturating_mul(60).saturating_neg());
    Ok(Store::new(context).cancel_unpaid(before).await?)
}

async fn checkouts(context: &Context) -> Result<u32, Problem> {
    let (store, inventory, provider) = (Store::new(context), InventoryPeer(context), Provider(context));
    let before = context.now().plus_seconds(STOPPED_AFTER_SECONDS.saturating_neg());
    let stopped = store.list_stopped(before, RESUMED_AT_ONCE).await?;
    let ports = Ports { checkouts: &store, goods: &inventory, provider: &provider };
    let note = |ended: &Ended| {
        if let Ended::Waiting(order, failure) = ended {
            let fields = [("orderId", order.id.to_string().into()), ("cause", failure.to_string().into())];
            context.log("warn", &fields);
        }
    };
    Ok(resume_checkouts(&ports, stopped, context.now(), note).await)
}

async fn refunds(context: &Context) -> Result<u32, Problem> {
    let before = context.now().plus_seconds(STOPPED_AFTER_SECONDS.saturating_neg());
    let effects = Effects { goods: &InventoryPeer(context), provider: &Provider(context) };
    Ok(resume_refunds(&Store::new(context), &effects, before).await?)
}
