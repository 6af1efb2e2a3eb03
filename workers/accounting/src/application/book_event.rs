//! Books a source event, once, whatever is delivered twice and whatever period is closed.

use kernel::Failure;

use super::ports::{Booked, Books, ClosedPeriods};
use crate::domain::booking::Booking;
use crate::domain::period::next_open_day;

/// Books one event. One whose day is closed goes to the next open day, and its description says so: a
/// sale is never left out of the books. Asking for closed periods only then keeps the usual case one batch.
pub async fn book_event(books: &(impl Books + ClosedPeriods), booking: &Booking) -> Result<Booked, Failure> {
    let booked = books.book(booking).await?;
    let (Booked::PeriodClosed, Some(entry)) = (&booked, &booking.entry) else { return Ok(booked) };
    let closed = books.closed_from(entry.entry_date).await?;
    let moved = entry.moved_to(next_open_day(entry.entry_date, &closed));
    let booking = Booking { entry: Some(moved), ..booking.clone() };
    match books.book(&booking).await? {
        // Closed between the two: the message comes again.
        Booked::PeriodClosed => Err(Failure::Unknown("the period was closed meanwhile".to_owned())),
        booked => Ok(booked),
    }
}
