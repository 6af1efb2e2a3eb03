//! Which lines of a request the stock cannot meet.

use contracts::stock::{ItemAvailability, StockItem};
use kernel::text::Sku;

/// Units of a SKU that a warehouse holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OnHand {
    /// The variant.
    pub sku: Sku,
    /// Units.
    pub units: i64,
}

/// Each wanted line beside what is there; a SKU the warehouse does not know has nothing.
#[must_use]
pub fn availability(wanted: &[StockItem], on_hand: &[OnHand]) -> Vec<ItemAvailability> {
    wanted
        .iter()
        .map(|item| {
            let units = on_hand.iter().find(|held| held.sku == item.sku).map_or(0, |held| held.units);
            ItemAvailability {
                sku: item.sku.clone(),
                requested: item.quantity.units(),
                on_hand: units,
                available: units >= item.quantity.units(),
            }
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use kernel::Quantity;

    #[test]
    fn each_line_is_compared_with_what_is_there() {
        let sku = |text: &str| Sku::parse(text).unwrap();
        let held = [OnHand { sku: sku("A"), units: 3 }];
        for (wanted, units, available) in [("A", 3, true), ("A", 4, false), ("B", 1, false)] {
            let item = StockItem { sku: sku(wanted), quantity: Quantity::new(units).unwrap() };
            assert_eq!(availability(&[item], &held)[0].available, available, "{wanted} {units}");
        }
    }
}
