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
        EventKind::WarehouseChanged => store.take_warehouse(envelope.data()?, at).await?,
        // A new price does not touch orders: theirs was agreed when they were placed. The rest is not for
        // this service: settled, so that it does not come back.
        _ => {
            context.commit(context.unit()).await?;
        }
    }
    Ok(())
}
