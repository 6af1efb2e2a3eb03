//! Books a source event exactly once, even if it is delivered twice or its period is closed.

use kernel::Failure;

use super::first_open_day::first_open_day;
use super::ports::{Booked, Books, ClosedPeriods};
use crate::domain::booking::Booking;

/// Books one event. If its day is closed, it is booked on the first open day after it and its description says so: a sale
/// is never left out of the books. Periods are queried only in that case, so the usual case is one batch.
pub async fn book_event(books: &(impl Books + ClosedPeriods), booking: &Booking) -> Result<Booked, Failure> {
    let booked = books.book(booking).await?;
    let (Booked::PeriodClosed, Some(entry)) = (&booked, &booking.entry) else { return Ok(booked) };
    let open_day = first_open_day(books, entry.entry_date).await?;
    let booking = Booking { entry: Some(entry.moved_to(open_day)), ..booking.clone() };
    match books.book(&booking).await? {
        // The period was closed between the two calls: the message will be redelivered.
        Booked::PeriodClosed => Err(Failure::Unknown("the period was closed meanwhile".to_owned())),
        booked => Ok(booked),
    }
}
