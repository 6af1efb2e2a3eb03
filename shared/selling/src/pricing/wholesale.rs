//! Wholesale terms: volume prices and minimum order quantities.

use std::collections::BTreeMap;

use contracts::catalogue::WholesaleTerms;
use kernel::text::Sku;
use kernel::{Money, Quantity};

/// A line below its minimum order quantity.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MinimumNotMet {
    /// Its index in the order.
    pub index: usize,
    pub sku: Sku,
    pub quantity: Quantity,
    /// Its minimum units.
    pub minimum_quantity: Quantity,
}

/// The price of a unit at this quantity: that of the highest tier that the quantity reaches, whatever the order of the
/// tiers; below the first tier the retail price.
#[must_use]
pub fn unit_price_for(quantity: Quantity, retail_price: Money, terms: &WholesaleTerms) -> Money {
    let reached = terms.tiers.iter().filter(|tier| tier.minimum_quantity <= quantity);
    reached.max_by_key(|tier| tier.minimum_quantity).map_or(retail_price, |tier| tier.unit_price)
}

/// Every line whose SKU is ordered below its minimum, so that an order is refused once, with all its faults. The units of
/// a SKU count over the whole order, as they do for its tiers.
#[must_use]
pub fn below_minimum<'a>(
    lines: impl IntoIterator<Item = (&'a Sku, Quantity, &'a WholesaleTerms)> + Clone,
) -> Vec<MinimumNotMet> {
    let mut ordered = BTreeMap::<&Sku, i64>::new();
    for (sku, quantity, _) in lines.clone() {
        let units = ordered.entry(sku).or_default();
        *units = units.saturating_add(quantity.units());
    }
    lines
        .into_iter()
        .enumerate()
        .filter(|(_, (sku, _, terms))| {
            ordered.get(sku).is_none_or(|units| *units < terms.minimum_quantity.units())
        })
        .map(|(index, (sku, quantity, terms))| MinimumNotMet {
            index,
            sku: sku.clone(),
            quantity,
            minimum_quantity: terms.minimum_quantity,
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use contracts::catalogue::PriceTier;
    use kernel::Currency;

    fn units(units: i64) -> Quantity {
        Quantity::new(units).unwrap()
    }

    fn usd(amount: &str) -> Money {
        Money::parse(amount, Currency::USD).unwrap()
    }

    fn terms() -> WholesaleTerms {
        let tier = |from, price| PriceTier { minimum_quantity: units(from), unit_price: usd(price) };
        WholesaleTerms { minimum_quantity: units(6), tiers: vec![tier(12, "8.00"), tier(48, "6.50")] }
    }

    #[test]
    fn the_highest_tier_reached_sets_the_price() {
        for (quantity, expected) in
            [(1, "10.00"), (11, "10.00"), (12, "8.00"), (47, "8.00"), (48, "6.50"), (1_000_000, "6.50")]
        {
            assert_eq!(unit_price_for(units(quantity), usd("10"), &terms()).amount(), expected, "{quantity}");
        }
        let no_tiers = WholesaleTerms { minimum_quantity: units(1), tiers: vec![] };
        assert_eq!(unit_price_for(units(500), usd("10"), &no_tiers), usd("10"));
    }

    #[test]
    fn every_line_below_its_minimum_is_named() {
        let (a, b, c) = (Sku::parse("A").unwrap(), Sku::parse("B").unwrap(), Sku::parse("C").unwrap());
        let terms = terms();
        let failing = below_minimum([(&a, units(5), &terms), (&b, units(6), &terms), (&c, units(1), &terms)]);
        let named: Vec<_> = failing.iter().map(|line| (line.index, line.sku.as_str())).collect();
        assert_eq!(named, [(0, "A"), (2, "C")]);
    }

    #[test]
    fn the_lines_of_a_sku_meet_its_minimum_together() {
        let (a, b) = (Sku::parse("A").unwrap(), Sku::parse("B").unwrap());
        let terms = terms();
        assert!(
            below_minimum([(&a, units(3), &terms), (&b, units(6), &terms), (&a, units(3), &terms)])
                .is_empty()
        );
        let failing = below_minimum([(&a, units(3), &terms), (&b, units(6), &terms), (&a, units(2), &terms)]);
        assert_eq!(failing.iter().map(|line| line.index).collect::<Vec<_>>(), [0, 2]);
    }
}
