//! Checks whether goods are available. It reserves nothing: only payment takes stock.

use contracts::stock::{Availability, CheckAvailability};
use kernel::Failure;
use kernel::text::Sku;

use super::ports::Holdings;
use crate::domain::shortage::{added_up, availability};

/// The availability of every SKU; none when there is no such warehouse.
pub async fn check_availability(
    stock: &impl Holdings,
    request: &CheckAvailability,
) -> Result<Option<Availability>, Failure> {
    let wanted = added_up(&request.items);
    let skus: Vec<&Sku> = wanted.iter().map(|item| &item.sku).collect();
    let Some(on_hand) = stock.on_hand(request.warehouse_id, &skus).await? else { return Ok(None) };
    let items = availability(&wanted, &on_hand);
    Ok(Some(Availability { available: items.iter().all(|item| item.available), items }))
}
