//! The events this service reads.

use contracts::events::ProductData;
use contracts::{Envelope, EventKind};
use web::Context;
use web::messages::TakeError;

use crate::adapters::store::Store;
use crate::application::ports::Catalogue;
use crate::application::take_in_product::{retire_product, take_in_product};

/// Takes in one event.
pub(crate) async fn consume(context: &Context, envelope: &Envelope) -> Result<(), TakeError> {
    let (catalogue, said_at) = (Store::new(context), envelope.timestamp);
    match envelope.kind {
        EventKind::ProductCreated | EventKind::ProductUpdated => {
            let product: ProductData = envelope.data()?;
            take_in_product(&catalogue, &product, said_at).await?;
        }
        EventKind::ProductDeleted => {
            let product: ProductData = envelope.data()?;
            retire_product(&catalogue, &product, said_at).await?;
        }
        // Not for this service: marked as received, so that it is not delivered again.
        _ => catalogue.ignore().await?,
    }
    Ok(())
}
