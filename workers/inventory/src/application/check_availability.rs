//! Checks whether goods are available. It reserves nothing: only payment takes stock.

use contracts::stock::{Availability, CheckAvailability, StockItem};
use kernel::Failure;
use kernel::text::Sku;

use super::ports::Holdings;
use crate::domain::shortage::{added_up, availability, spelled};

/// The availability of every SKU; none when there is no such warehouse.
pub async fn check_availability(
    stock: &impl Holdings,
    request: &CheckAvailability,
) -> Result<Option<Availability>, Failure> {
    let skus: Vec<&Sku> = request.items.iter().map(|item| &item.sku).collect();
    let Some(mut on_hand) = stock.on_hand(request.warehouse_id, &skus).await? else { return Ok(None) };
    let items: Vec<StockItem> = request
        .items
        .iter()
        .map(|item| StockItem { sku: spelled(&item.sku, &on_hand), quantity: item.quantity })
        .collect();
    for held in &mut on_hand {
        held.asked = held.sku.clone();
    }
    let wanted = added_up(&items);
    let items = availability(&wanted, &on_hand);
    Ok(Some(Availability { available: items.iter().all(|item| item.available), items }))
}
