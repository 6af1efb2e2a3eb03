//! `POST /inventory/check-availability`.

use contracts::stock::{Availability, CheckAvailability};
use web::{Context, Json, Problem, Reply};

use super::unknown_warehouse;
use crate::adapters::store::SqlStock;
use crate::application::check_availability::check_availability;

/// The most lines of a question.
const LINES_MAX: usize = 1000;

/// Answers 200 with each SKU beside what is there, 422 for an unknown warehouse. It promises nothing: stock
/// is taken when it is paid for.
pub(super) async fn handle(
    context: Context,
    Json(request): Json<CheckAvailability>,
) -> Result<Reply<Availability>, Problem> {
    if !(1..=LINES_MAX).contains(&request.items.len()) {
        return Err(Problem::field("/items", format!("must have 1 to {LINES_MAX} lines")));
    }
    let availability = check_availability(&SqlStock::new(&context), &request).await?;
    availability.map(Reply).ok_or_else(|| unknown_warehouse("/warehouseId"))
}
