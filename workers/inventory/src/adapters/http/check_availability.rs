//! `POST /inventory/check-availability`.

use contracts::stock::{Availability, CheckAvailability};
use web::{Context, Json, Problem, Reply, Route};

use super::{grants, problems};
use crate::adapters::store::Store;
use crate::application::check_availability;

pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::post_unkeyed(
            "/inventory/check-availability",
            grants::AVAILABILITY_READ,
            "Check whether goods are available.",
            check,
        )
        .details("Shows the units on hand for each SKU; to callers without the grant `inventory:read`, not more than they ask for. Nothing is reserved: stock is deducted on payment."),
    ]
}

/// The most lines in one request.
const LINES_MAX: usize = 1000;

async fn check(
    context: Context,
    Json(request): Json<CheckAvailability>,
) -> Result<Reply<Availability>, Problem> {
    if !(1..=LINES_MAX).contains(&request.items.len()) {
        return Err(Problem::field("/items", format!("must have 1 to {LINES_MAX} lines")));
    }
    let availability = check_availability::check_availability(&Store::new(&context), &request).await?;
    let mut availability = availability.ok_or_else(|| problems::unknown_warehouse("/warehouseId"))?;
    if !context.caller.may(grants::INVENTORY_READ) {
        // Visitors hear whether there is enough, not how much there is.
        availability.items.iter_mut().for_each(|item| item.on_hand = item.on_hand.min(item.requested));
    }
    Ok(Reply(availability))
}
