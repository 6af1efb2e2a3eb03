//! The events this service reads.

use contracts::{Envelope, EventKind};
use web::Context;
use web::messages::TakeError;

use super::store::Store;

/// Takes in one event.
pub(crate) async fn consume(context: &Context, envelope: &Envelope) -> Result<(), TakeError> {
    let (store, at) = (Store::new(context), envelope.timestamp);
    match envelope.kind {
        EventKind::StockDepleted => store.cancel_depleted(&envelope.data()?, at).await?,
        EventKind::InvoicePaid => store.release_paid(envelope.id, &envelope.data()?).await?,
        EventKind::ReceivableChanged => store.change_credit(envelope.id, &envelope.data()?).await?,
        EventKind::WarehouseChanged => store.take_warehouse(envelope.data()?, at).await?,
        // A new price does not change orders: their prices were agreed when they were placed. Other events are not for
        // this service. All are marked as received, so that they are not delivered again.
        _ => {
            context.commit(context.unit()).await?;
        }
    }
    Ok(())
}
