//! A change of one product: before, after, and the events that it publishes.

use contracts::Event;
use contracts::events::{PriceChanged, ProductData, VariantData};
use kernel::Timestamp;
use kernel::text::{Barcode, Sku};

use super::product::{Product, Variant};

/// A product before and after; a new product has no before.
#[derive(Debug, Clone, PartialEq)]
pub struct Change {
    pub before: Option<Product>,
    pub after: Product,
}

impl Change {
    #[must_use]
    pub fn create(after: Product) -> Self {
        Self { before: None, after }
    }

    /// The change from `before` to `after`, as the next version; none when they are the same.
    #[must_use]
    pub fn between(before: Product, mut after: Product, now: Timestamp) -> Option<Self> {
        after.version = before.version;
        after.updated_at = before.updated_at;
        if after == before {
            return None;
        }
        after.version = before.version.saturating_add(1);
        after.updated_at = now;
        Some(Self { before: Some(before), after })
    }

    /// The change that deletes a product from the catalogue.
    #[must_use]
    pub fn delete(before: Product, now: Timestamp) -> Self {
        let version = before.version.saturating_add(1);
        let after =
            Product { deleted: true, variants: Vec::new(), version, updated_at: now, ..before.clone() };
        Self { before: Some(before), after }
    }

    fn variants_before(&self) -> &[Variant] {
        self.before.as_ref().map_or(&[], |before| &before.variants)
    }

    fn variant_before(&self, sku: &Sku) -> Option<(usize, &Variant)> {
        self.variants_before().iter().enumerate().find(|(_, variant)| variant.sku == *sku)
    }

    /// Variants to write, with their position: new ones, changed ones, and those whose position changed.
    #[must_use]
    pub fn written_variants(&self) -> Vec<(usize, &Variant)> {
        let unchanged =
            |at: usize, variant: &Variant| self.variant_before(&variant.sku) == Some((at, variant));
        self.after.variants.iter().enumerate().filter(|(at, variant)| !unchanged(*at, variant)).collect()
    }

    /// Variants that were removed.
    #[must_use]
    pub fn removed_skus(&self) -> Vec<&Sku> {
        let gone = |sku: &Sku| self.after.variants.iter().all(|variant| variant.sku != *sku);
        self.variants_before().iter().map(|variant| &variant.sku).filter(|sku| gone(sku)).collect()
    }

    /// Variants whose barcode must be freed before another takes it.
    #[must_use]
    pub fn freed_barcodes(&self) -> Vec<&Sku> {
        let barcode = |sku: &Sku| -> Option<&Barcode> {
            self.after.variants.iter().find(|variant| variant.sku == *sku)?.barcode.as_ref()
        };
        let changed = |variant: &&Variant| {
            variant.barcode.is_some() && variant.barcode.as_ref() != barcode(&variant.sku)
        };
        self.variants_before().iter().filter(changed).map(|variant| &variant.sku).collect()
    }

    /// The events: the product when it is new, deleted, renamed, or has other variants or wholesale terms, and each new
    /// retail price of an existing variant.
    #[must_use]
    pub fn events(&self) -> Vec<Event> {
        let mut events = Vec::new();
        match &self.before {
            _ if self.after.deleted => {
                events.extend(self.before.as_ref().map(|b| Event::ProductDeleted(data(b))));
            }
            None => events.push(Event::ProductCreated(data(&self.after))),
            // It is restored: for other services it is new.
            Some(before) if before.deleted => events.push(Event::ProductCreated(data(&self.after))),
            Some(before) if data(before) != data(&self.after) || self.has_other_terms() => {
                events.push(Event::ProductUpdated(data(&self.after)));
            }
            Some(_) => {}
        }
        for variant in &self.after.variants {
            let Some((_, before)) = self.variant_before(&variant.sku) else { continue };
            if before.price != variant.price {
                events.push(Event::PriceChanged(PriceChanged {
                    product_id: self.after.id,
                    sku: variant.sku.clone(),
                    previous_price: before.price,
                    price: variant.price,
                }));
            }
        }
        events
    }

    /// Whether an existing variant has other wholesale terms.
    fn has_other_terms(&self) -> bool {
        self.after.variants.iter().any(|variant| {
            self.variant_before(&variant.sku).is_some_and(|(_, before)| before.wholesale != variant.wholesale)
        })
    }
}

fn data(product: &Product) -> ProductData {
    let variant = |variant: &Variant| VariantData { sku: variant.sku.clone(), kind: variant.kind };
    let variants = product.variants.iter().map(variant).collect();
    ProductData { product_id: product.id, name: product.name.clone(), variants }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use crate::domain::options::Options;
    use crate::domain::product::Status;
    use contracts::catalogue::WholesaleTerms;
    use contracts::terms::LineKind;
    use kernel::ids::ProductId;
    use kernel::text::{Code, Name};
    use kernel::{Currency, Money, Quantity};

    pub(crate) fn variant(sku: &str, cents: i64) -> Variant {
        Variant {
            sku: Sku::parse(sku).unwrap(),
            name: Name::parse(sku).unwrap(),
            barcode: None,
            options: Options::default(),
            kind: LineKind::Goods,
            price: Money::from_minor(cents, Currency::USD).unwrap(),
            cost: None,
            wholesale: None,
        }
    }

    pub(crate) fn product(variants: Vec<Variant>) -> Product {
        let now = Timestamp::from_unix_ms(0);
        Product {
            id: ProductId::parse("0193e9a0-0000-7000-8000-000000000001").unwrap(),
            handle: Name::parse("mug").unwrap(),
            name: Name::parse("Mug").unwrap(),
            description: None,
            category: None,
            brand: None,
            tags: Vec::new(),
            status: Status::Active,
            tax_class: Code::parse("standard").unwrap(),
            version: 1,
            created_at: now,
            updated_at: now,
            deleted: false,
            variants,
        }
    }

    fn events(before: &[Variant], after: &[Variant]) -> Vec<&'static str> {
        let now = Timestamp::from_unix_ms(1);
        Change::between(product(before.to_vec()), product(after.to_vec()), now)
            .map(|change| change.events().iter().map(|event| event.kind().name()).collect())
            .unwrap_or_default()
    }

    #[test]
    fn others_are_told_what_concerns_them() {
        let (a, b) = (variant("A", 100), variant("B", 100));
        let fee = Variant { kind: LineKind::Fee, ..a.clone() };
        let terms = WholesaleTerms { minimum_quantity: Quantity::new(6).unwrap(), tiers: Vec::new() };
        let in_bulk = Variant { wholesale: Some(terms), ..a.clone() };
        let costly = Variant { cost: Some(a.price.into()), ..a.clone() };
        for (before, after, told) in [
            (vec![a.clone()], vec![a.clone()], vec![]),
            (vec![a.clone()], vec![costly], vec![]),
            (vec![a.clone()], vec![a.clone(), b.clone()], vec!["ProductUpdated"]),
            (vec![a.clone(), b.clone()], vec![a.clone()], vec!["ProductUpdated"]),
            (vec![a.clone()], vec![fee], vec!["ProductUpdated"]),
            (vec![a.clone()], vec![in_bulk], vec!["ProductUpdated"]),
            (vec![a.clone()], vec![variant("A", 200)], vec!["PriceChanged"]),
            (vec![a.clone()], vec![variant("A", 200), b.clone()], vec!["ProductUpdated", "PriceChanged"]),
        ] {
            assert_eq!(events(&before, &after), told);
        }
        let created = Change::create(product(vec![a.clone()]));
        assert!(matches!(created.events()[..], [Event::ProductCreated(_)]));
        let deleted = Change::delete(product(vec![a.clone()]), Timestamp::from_unix_ms(1));
        assert!(matches!(&deleted.events()[..], [Event::ProductDeleted(data)] if data.variants.len() == 1));
        let back = Change::between(deleted.after, product(vec![a]), Timestamp::from_unix_ms(2)).unwrap();
        assert!(matches!(back.events()[..], [Event::ProductCreated(_)]));
        assert_eq!(back.after.version, 3);
    }

    #[test]
    fn only_what_differs_is_written() {
        let (a, b, c) = (variant("A", 1), variant("B", 1), variant("C", 1));
        let scanned =
            |v: &Variant, code: &str| Variant { barcode: Some(Barcode::parse(code).unwrap()), ..v.clone() };
        let change = Change {
            before: Some(product(vec![scanned(&a, "1"), scanned(&b, "2"), c.clone()])),
            after: product(vec![scanned(&a, "2"), scanned(&b, "2")]),
        };
        let written: Vec<_> = change.written_variants().iter().map(|(at, v)| (*at, v.sku.as_str())).collect();
        assert_eq!(written, [(0, "A")]);
        assert_eq!(change.removed_skus(), [&c.sku]);
        assert_eq!(change.freed_barcodes(), [&a.sku]);
    }
}
