//! Explains why a change of stock was refused, line by line. The store only says which rule refused; this reads the
//! current stock, for a better message.

use contracts::stock::ItemAvailability;
use kernel::Failure;
use kernel::ids::WarehouseId;
use kernel::text::Sku;

use super::ports::{Holdings, Unmoved};
use crate::domain::shortage::{Wanted, availability, unknown_lines};

/// Why a change of stock was refused.
#[derive(Debug, thiserror::Error)]
pub enum Refusal {
    #[error("unknown warehouse")]
    UnknownWarehouse,
    /// These lines, from 0, have SKUs that are not kept in this warehouse.
    #[error("unknown SKUs")]
    UnknownSkus(Vec<usize>),
    /// Each line that takes goods, with the units on hand.
    #[error("out of stock")]
    OutOfStock(Vec<ItemAvailability>),
    /// The id was used for something else, or the state does not allow it.
    #[error("the id or the state does not allow it")]
    Conflict,
    /// Units or values beyond the range of the books.
    #[error("too much")]
    TooMuch,
    /// The outside failed.
    #[error(transparent)]
    Failure(#[from] Failure),
}

/// The request.
pub struct Asked<'a> {
    pub warehouse_id: WarehouseId,
    /// The SKUs of all lines.
    pub skus: Vec<&'a Sku>,
    /// The goods that are to leave, and so can be out of stock.
    pub leaving: Vec<Wanted>,
}

/// Explains why nothing was moved.
pub async fn explain_refusal(stock: &impl Holdings, unmoved: Unmoved, asked: &Asked<'_>) -> Refusal {
    match unmoved {
        Unmoved::Conflict => Refusal::Conflict,
        Unmoved::TooMuch => Refusal::TooMuch,
        Unmoved::Failure(failure) => failure.into(),
        Unmoved::Short | Unmoved::UnknownStock => {
            what_is_missing(stock, asked).await.unwrap_or_else(Refusal::Failure)
        }
    }
}

async fn what_is_missing(stock: &impl Holdings, asked: &Asked<'_>) -> Result<Refusal, Failure> {
    let Some(on_hand) = stock.on_hand(asked.warehouse_id, &asked.skus).await? else {
        return Ok(Refusal::UnknownWarehouse);
    };
    let unknown = unknown_lines(asked.skus.iter().copied(), &on_hand);
    if !unknown.is_empty() {
        return Ok(Refusal::UnknownSkus(unknown));
    }
    if asked.leaving.is_empty() {
        // Between the refusal and this query the catalogue added the SKU: it will work next time.
        return Err(Failure::Unknown("the stock changed meanwhile".to_owned()));
    }
    Ok(Refusal::OutOfStock(availability(&asked.leaving, &on_hand)))
}
