//! The events this service reads.

use contracts::{Envelope, Event, EventKind};
use web::Context;
use web::messages::TakeError;

use crate::adapters::store::Store;
use crate::application::book_event::book_event;
use crate::application::ports::Booked;
use crate::domain::booking::booking;

/// Takes in one event: what it books, or nothing when its source was booked before or is not for the books.
/// One that contradicts itself becomes a dead letter for people to look at.
pub(crate) async fn consume(context: &Context, envelope: &Envelope) -> Result<(), TakeError> {
    let booking = match bookable(envelope)? {
        Some(event) => booking(&event, envelope.timestamp, context.currency())
            .map_err(|error| TakeError::Malformed(error.to_string()))?,
        None => None,
    };
    let store = Store::reading(context);
    let booked = match &booking {
        Some(booking) => book_event(&store, &store, booking).await?,
        None => Booked::Before,
    };
    if booked != Booked::Now {
        // Nothing to do: settled, so that it does not come back.
        context.commit(context.unit()).await?;
    }
    Ok(())
}

/// The event, if it is one that the books follow. Any other is not even decoded.
fn bookable(envelope: &Envelope) -> Result<Option<Event>, serde_json::Error> {
    Ok(Some(match envelope.kind {
        EventKind::OrderCompleted => Event::OrderCompleted(envelope.data()?),
        EventKind::OrderRefunded => Event::OrderRefunded(envelope.data()?),
        EventKind::TillClosed => Event::TillClosed(envelope.data()?),
        EventKind::StockReceived => Event::StockReceived(envelope.data()?),
        EventKind::StockAdjusted => Event::StockAdjusted(envelope.data()?),
        _ => return Ok(None),
    }))
}
