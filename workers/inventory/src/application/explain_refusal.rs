//! Why a change of stock was refused, line by line. The store only says that a rule refused; this asks what
//! is there now, for a better message.

use contracts::stock::ItemAvailability;
use kernel::Failure;
use kernel::ids::WarehouseId;
use kernel::text::Sku;

use super::ports::Stock;
use crate::domain::shortage::{Wanted, availability, unknown_lines};

/// What a refused change ran into.
#[derive(Debug)]
pub enum Refusal {
    /// There is no such warehouse.
    UnknownWarehouse,
    /// These lines, from 0, name SKUs that are not kept there.
    UnknownSkus(Vec<usize>),
    /// Each line that takes goods away, with what is there.
    OutOfStock(Vec<ItemAvailability>),
}

/// Explains a refusal. `skus` are those of all lines, `wanted` is what was to leave.
pub async fn explain_refusal(
    stock: &impl Stock,
    warehouse_id: WarehouseId,
    skus: &[&Sku],
    wanted: &[Wanted],
) -> Result<Refusal, Failure> {
    let Some(on_hand) = stock.on_hand(warehouse_id, skus).await? else {
        return Ok(Refusal::UnknownWarehouse);
    };
    let unknown = unknown_lines(skus.iter().copied(), &on_hand);
    if unknown.is_empty() {
        Ok(Refusal::OutOfStock(availability(wanted, &on_hand)))
    } else {
        Ok(Refusal::UnknownSkus(unknown))
    }
}
