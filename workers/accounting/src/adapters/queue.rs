//! The events this service reads.

use contracts::{Envelope, EventKind};
use kernel::Currency;
use web::Context;
use web::messages::TakeError;

use crate::adapters::store::Store;
use crate::application::book_event::book_event;
use crate::application::ports::Booked;
use crate::domain::booking::{
    Booking, deviation_settled, order_completed, order_refunded, stock_changed, till_closed,
};

/// Takes in one event: books it, or does nothing when its source was already booked or does not concern the books. An
/// event that contradicts itself becomes a dead letter for people to look at.
pub(crate) async fn consume(context: &Context, envelope: &Envelope) -> Result<(), TakeError> {
    let booked = match booking(envelope, context.currency())? {
        Some(booking) => book_event(&Store::new(context), &booking).await?,
        None => Booked::Before,
    };
    if booked != Booked::Now {
        // Nothing to do: marked as received, so that it is not delivered again.
        context.commit(context.unit()).await?;
    }
    Ok(())
}

/// The booking of an event; none for one that does not concern the books. Its data is not even read then.
fn booking(envelope: &Envelope, books: Currency) -> Result<Option<Booking>, TakeError> {
    let booking = match envelope.kind {
        EventKind::OrderCompleted => order_completed(&envelope.data()?, books),
        EventKind::DeviationSettled => deviation_settled(&envelope.data()?, books),
        EventKind::OrderRefunded => order_refunded(&envelope.data()?, books),
        EventKind::TillClosed => till_closed(&envelope.data()?, books),
        EventKind::StockReceived | EventKind::StockAdjusted => {
            stock_changed(&envelope.data()?, envelope.timestamp, books)
        }
        _ => return Ok(None),
    };
    booking.map(Some).map_err(|error| TakeError::Malformed(error.to_string()))
}
