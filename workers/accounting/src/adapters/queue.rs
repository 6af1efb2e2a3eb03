//! The events this service reads.

use contracts::Envelope;
use web::Context;
use web::messages::TakeError;

use crate::adapters::store::{SqlJournal, SqlPeriods};
use crate::application::book_event::book_event;
use crate::application::ports::Booked;
use crate::domain::booking::booking;

/// Takes in one event: what it books, or nothing when its source was booked before or is not for the books.
/// One that contradicts itself becomes a dead letter for people to look at.
pub(crate) async fn consume(context: &Context, envelope: &Envelope) -> Result<(), TakeError> {
    let booking = booking(&envelope.event, envelope.timestamp, context.currency())
        .map_err(|error| TakeError::Malformed(error.to_string()))?;
    let booked = match &booking {
        Some(booking) => book_event(&SqlJournal::new(context), &SqlPeriods::new(context), booking).await?,
        None => Booked::Before,
    };
    if booked != Booked::Now {
        // Nothing to do: settled, so that it does not come back.
        context.commit(context.unit()).await?;
    }
    Ok(())
}
