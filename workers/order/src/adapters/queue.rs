//! The events this service reads, and the checkouts it takes up again.

use contracts::{Envelope, Event};
use web::messages::TakeError;
use web::{Context, Problem};

use super::payment::Provider;
use super::peers::InventoryPeer;
use super::store::{SqlOrders, reactions};
use crate::application::resume_checkouts::resume_checkouts;
use crate::application::run_checkout::{Ended, Ports};

/// A checkout whose step is older than this, in seconds, has stopped.
const STOPPED_AFTER_SECONDS: i64 = 30;
/// How many one sweep takes up.
const RESUMED_AT_ONCE: i64 = 50;

/// Takes in one event.
pub(crate) async fn consume(context: &Context, envelope: &Envelope) -> Result<(), TakeError> {
    match &envelope.event {
        Event::StockDepleted(event) => {
            reactions::cancel_depleted(context, event, envelope.timestamp).await?;
        }
        Event::InvoicePaid(event) => reactions::release_paid(context, envelope.id, event).await?,
        Event::WarehouseChanged(event) => {
            reactions::take_warehouse(context, event, envelope.timestamp).await?;
        }
        // A new price does not touch orders: theirs was agreed when they were placed. The rest is not for
        // this service: settled, so that it does not come back.
        _ => {
            context.commit(context.unit()).await?;
        }
    }
    Ok(())
}

/// Takes up the checkouts that stopped; how many came to an end.
pub(crate) async fn resume(context: &Context) -> Result<u32, Problem> {
    let (orders, inventory, provider) = (SqlOrders::new(context), InventoryPeer(context), Provider(context));
    let before = context.now().plus_seconds(STOPPED_AFTER_SECONDS.saturating_neg());
    let stopped = orders.list_stopped(before, RESUMED_AT_ONCE).await?;
    let ports = Ports { checkouts: &orders, goods: &inventory, provider: &provider };
    let note = |ended: &Ended| {
        if let Ended::Waiting(order, failure) = ended {
            let line = serde_json::json!({
                "level": "warn", "service": "order", "orderId": order.id, "cause": failure.to_string(),
            });
            context.world.log(&line.to_string());
        }
    };
    Ok(resume_checkouts(&ports, stopped, note).await)
}
