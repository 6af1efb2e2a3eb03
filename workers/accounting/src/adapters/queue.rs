//! The events this service reads.

use contracts::{Envelope, EventKind};
use kernel::Currency;
use web::Context;
use web::messages::TakeError;

use crate::adapters::store::Store;
use crate::application::book_event::book_event;
use crate::application::ports::Booked;
use crate::domain::booking::{Booking, order_completed, order_refunded, stock_changed, till_closed};

/// Takes in one event: what it books, or nothing when its source was booked before or is not for the books.
/// One that contradicts itself becomes a dead letter for people to look at.
pub(crate) async fn consume(context: &Context, envelope: &Envelope) -> Result<(), TakeError> {
    let booked = match booking(envelope, context.currency())? {
        Some(booking) => book_event(&Store::new(context), &booking).await?,
        None => Booked::Before,
    };
    if booked != Booked::Now {
        // Nothing to do: settled, so that it does not come back.
        context.commit(context.unit()).await?;
    }
    Ok(())
}

/// What an event books; none for one that is not for the books, whose data is not even read.
fn booking(envelope: &Envelope, books: Currency) -> Result<Option<Booking>, TakeError> {
    let booking = match envelope.kind {
        EventKind::OrderCompleted => order_completed(&envelope.data()?, books),
        EventKind::OrderRefunded => order_refunded(&envelope.data()?, books),
        EventKind::TillClosed => till_closed(&envelope.data()?, books),
        EventKind::StockReceived | EventKind::StockAdjusted => {
            stock_changed(&envelope.data()?, envelope.timestamp.date(), books)
        }
        _ => return Ok(None),
    };
    booking.map(Some).map_err(|error| TakeError::Malformed(error.to_string()))
}
