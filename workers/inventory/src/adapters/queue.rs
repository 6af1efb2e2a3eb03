//! The events this service reads.

use contracts::{Envelope, Event};
use platform::Platform;
use web::Context;
use web::messages::TakeError;

/// Takes in one event.
pub(crate) async fn consume<P: Platform>(context: &Context<P>, envelope: &Envelope) -> Result<(), TakeError> {
    match &envelope.event {
        Event::ProductCreated(_) | Event::ProductUpdated(_) | Event::ProductDeleted(_) => {
            let unit = context.unit();
            context.commit(unit).await?;
            Ok(())
        }
        // Not for this service: settled, so that it does not come back.
        _ => {
            context.commit(context.unit()).await?;
            Ok(())
        }
    }
}
