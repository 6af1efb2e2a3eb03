//! Finds the lines of a request for which there is not enough stock.

use std::collections::BTreeMap;

use contracts::stock::{ItemAvailability, StockItem};
use kernel::text::Sku;
use serde::Deserialize;

/// Units of a SKU that a warehouse holds.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct OnHand {
    /// As it was asked for: it may differ in case or Unicode form.
    pub asked: Sku,
    /// As the catalogue has it.
    pub sku: Sku,
    pub units: i64,
    /// What they are worth, in minor units.
    #[serde(default)]
    pub value_minor: i64,
}

/// Units of a SKU that are to leave.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wanted {
    pub sku: Sku,
    pub units: i64,
}

impl From<&StockItem> for Wanted {
    fn from(item: &StockItem) -> Self {
        Self { sku: item.sku.clone(), units: item.quantity.units() }
    }
}

/// Each wanted line with the units on hand; an unknown SKU has none.
#[must_use]
pub fn availability(wanted: &[Wanted], on_hand: &[OnHand]) -> Vec<ItemAvailability> {
    let held: BTreeMap<&Sku, i64> = on_hand.iter().map(|held| (&held.asked, held.units)).collect();
    wanted
        .iter()
        .map(|item| {
            let units = held.get(&item.sku).copied().unwrap_or(0);
            ItemAvailability {
                sku: item.sku.clone(),
                requested: item.units,
                on_hand: units,
                available: units >= item.units,
            }
        })
        .collect()
}

/// A SKU as the catalogue has it; an unknown one stays as it is.
#[must_use]
pub fn spelled(sku: &Sku, on_hand: &[OnHand]) -> Sku {
    on_hand.iter().find(|held| held.asked == *sku).map_or_else(|| sku.clone(), |held| held.sku.clone())
}

/// The lines, from 0, whose SKU the warehouse does not know.
#[must_use]
pub fn unknown_lines<'a>(skus: impl IntoIterator<Item = &'a Sku>, on_hand: &[OnHand]) -> Vec<usize> {
    let held: std::collections::BTreeSet<&Sku> = on_hand.iter().map(|held| &held.asked).collect();
    skus.into_iter().enumerate().filter(|(_, sku)| !held.contains(sku)).map(|(line, _)| line).collect()
}

/// The lines, added up per SKU, in the order in which the SKUs appear.
#[must_use]
pub fn added_up(items: &[StockItem]) -> Vec<Wanted> {
    let mut places: BTreeMap<&Sku, usize> = BTreeMap::new();
    let mut sums: Vec<Wanted> = Vec::new();
    for item in items {
        let place = *places.entry(&item.sku).or_insert(sums.len());
        match sums.get_mut(place) {
            Some(sum) => sum.units = sum.units.saturating_add(item.quantity.units()),
            None => sums.push(item.into()),
        }
    }
    sums
}

#[cfg(test)]
mod tests {
    use super::*;
    use kernel::Quantity;

    fn sku(text: &str) -> Sku {
        Sku::parse(text).unwrap()
    }

    #[test]
    fn each_line_is_compared_with_what_is_there() {
        let held = [OnHand { asked: sku("A"), sku: sku("A"), units: 3, value_minor: 0 }];
        for (wanted, units, available) in [("A", 3, true), ("A", 4, false), ("B", 1, false)] {
            let wanted = [Wanted { sku: sku(wanted), units }];
            assert_eq!(availability(&wanted, &held)[0].available, available, "{wanted:?}");
        }
        assert_eq!(unknown_lines([&sku("B"), &sku("A"), &sku("C")], &held), [0, 2]);
    }

    #[test]
    fn lines_of_one_sku_are_added_up() {
        let item = |text, units| StockItem { sku: sku(text), quantity: Quantity::new(units).unwrap() };
        let sums = added_up(&[item("B", 1), item("A", 2), item("B", 3)]);
        let sums: Vec<_> = sums.iter().map(|sum| (sum.sku.as_str(), sum.units)).collect();
        assert_eq!(sums, [("B", 4), ("A", 2)]);
    }
}
