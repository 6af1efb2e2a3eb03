//! Merges a file into the catalogue: what each line changes, and whether it may.
//!
//! A file adds and changes, it never removes: variants that are not in the file stay. A missing column keeps the old
//! value, an empty cell clears it. So importing the same file again changes nothing.

use std::collections::{BTreeMap, BTreeSet};

use kernel::Timestamp;
use kernel::ids::ProductId;
use kernel::text::{Barcode, Code, Name, Sku, TextError};

use super::change::Change;
use super::draft::Claims;
use super::import::{Cell, Counts, ImportedProduct, ImportedVariant, Refusal, RefusalCode};
use super::options::Options;
use super::product::{Product, Status, VARIANTS_MAX, Variant, default_variant_name};
use super::shopify::is_taxable;

/// The existing data: the products of a chunk by handle, including deleted ones, and the owners of names.
#[derive(Debug, Default)]
pub struct Existing {
    /// By handle.
    pub products: BTreeMap<Name, Product>,
    /// Owners of SKUs and barcodes.
    pub claims: Claims,
}

/// The names that a file has taken so far, over all its chunks.
#[derive(Debug, Clone, Default)]
pub struct Taken {
    /// The keys of the SKUs in the file: none of them is generated for another line.
    given: BTreeSet<String>,
    /// SKUs that were assigned to lines: those that exist as they are, new ones as [`new_mark`] writes them.
    assigned: BTreeSet<String>,
    /// The keys of barcodes that were assigned to lines.
    barcodes: BTreeMap<String, Sku>,
}

impl Taken {
    /// Nothing taken yet; the file contains these SKUs.
    #[must_use]
    pub fn given(skus: &BTreeSet<Sku>) -> Self {
        Self { given: skus.iter().map(Sku::key).collect(), ..Self::default() }
    }
}

/// The result of merging a chunk.
#[derive(Debug, Default)]
pub struct Merged {
    pub changes: Vec<Change>,
    pub counts: Counts,
    /// Refused lines, and why.
    pub refused: Vec<Refusal>,
    /// What the file has taken, this chunk included.
    pub taken: Taken,
}

/// The effect of a line on its variant.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Effect {
    New,
    Changed,
    Same,
}

/// Merges a chunk: products, each with the id that it gets if it is new.
pub fn merge(
    chunk: Vec<(ImportedProduct, ProductId)>,
    existing: &Existing,
    taken: Taken,
    now: Timestamp,
) -> Result<Merged, TextError> {
    let mut merged = Merged { taken, ..Merged::default() };
    for (imported, new_id) in chunk {
        let before = existing.products.get(&imported.handle).cloned();
        match base(&imported, before.as_ref(), now, new_id) {
            Ok(base) => merged.take_product(imported, before, base, &existing.claims, now)?,
            Err(refused) => merged.refused.extend(refused),
        }
    }
    Ok(merged)
}

/// The product after the file's first line, with its old variants.
fn base(
    imported: &ImportedProduct,
    before: Option<&Product>,
    now: Timestamp,
    new_id: ProductId,
) -> Result<Product, Vec<Refusal>> {
    let name = imported.name.clone().or_else(|| before.map(|before| before.name.clone()));
    let nothing_left = imported.variants.is_empty() && before.is_none_or(|before| before.deleted);
    if nothing_left && imported.line_refused {
        return Err(Vec::new());
    }
    let lost = match &name {
        None => Some((RefusalCode::MissingTitle, "A new product needs a Title.")),
        Some(_) if nothing_left => {
            Some((RefusalCode::MissingPrice, "A new product needs a variant with a price."))
        }
        Some(_) => None,
    };
    let (Some(name), None) = (name, lost) else {
        let (code, detail) = lost.unwrap_or((RefusalCode::MissingTitle, "A new product needs a Title."));
        return Err(refuse_product(imported, code, detail));
    };
    let standard = || Code::parse("standard").ok();
    let tax_class = imported.tax_class.clone().or_else(|| taxed(imported.taxable, before)).or_else(standard);
    let Some(tax_class) = tax_class else {
        return Err(refuse_product(imported, RefusalCode::InvalidField, "The tax class is not valid."));
    };
    let old = before;
    Ok(Product {
        id: old.map_or(new_id, |old| old.id),
        handle: imported.handle.clone(),
        name,
        description: imported.description.clone().over(old.and_then(|old| old.description.clone())),
        category: imported.category.clone().over(old.and_then(|old| old.category.clone())),
        brand: imported.brand.clone().over(old.and_then(|old| old.brand.clone())),
        tags: imported.tags.clone().or_else(|| old.map(|old| old.tags.clone())).unwrap_or_default(),
        status: imported.status.or_else(|| old.map(|old| old.status)).unwrap_or(Status::Active),
        tax_class,
        version: old.map_or(1, |old| old.version),
        created_at: old.map_or(now, |old| old.created_at),
        updated_at: old.map_or(now, |old| old.updated_at),
        deleted: false,
        variants: old.map(|old| old.variants.clone()).unwrap_or_default(),
    })
}

/// Shopify's file says only whether there is tax: the tax class stays when it agrees with that.
fn taxed(taxable: Option<bool>, before: Option<&Product>) -> Option<Code> {
    let keeps = before.filter(|before| taxable.is_none_or(|taxable| taxable == is_taxable(before)));
    match (keeps, taxable) {
        (Some(before), _) => Some(before.tax_class.clone()),
        (None, Some(false)) => Code::parse("zero").ok(),
        (None, _) => None,
    }
}

fn refuse_product(imported: &ImportedProduct, code: RefusalCode, detail: &str) -> Vec<Refusal> {
    // A line that is already refused is not reported a second time.
    let first =
        (!imported.line_refused).then(|| Refusal { line: imported.line, code, detail: detail.to_owned() });
    let others =
        imported.variants.iter().filter(|variant| variant.line != imported.line).map(|variant| Refusal {
            line: variant.line,
            code: RefusalCode::ProductRefused,
            detail: format!("Line {}, the first of its product, is refused.", imported.line),
        });
    first.into_iter().chain(others).collect()
}

impl Merged {
    fn take_product(
        &mut self,
        imported: ImportedProduct,
        before: Option<Product>,
        mut after: Product,
        claims: &Claims,
        now: Timestamp,
    ) -> Result<(), TextError> {
        let own_changed = before.as_ref().is_some_and(|before| {
            *before != Product { version: before.version, updated_at: before.updated_at, ..after.clone() }
        });
        if let Some(before) = &before {
            rename_variants(&mut after, before);
        }
        let first_line = imported.line;
        let carries_only_itself = imported.variants.is_empty() && !imported.line_refused;
        let mut effects = Vec::new();
        for variant in imported.variants {
            let line = variant.line;
            match self.take_variant(variant, &mut after, claims)? {
                Ok(effect) => effects.push((line, effect)),
                Err((code, detail)) => self.refused.push(Refusal { line, code, detail }),
            }
        }
        if after.variants.is_empty() {
            return Ok(());
        }
        if carries_only_itself {
            effects.push((first_line, Effect::Same));
        }
        for (line, effect) in effects {
            let count = match effect {
                Effect::New => &mut self.counts.imported,
                Effect::Changed => &mut self.counts.updated,
                Effect::Same if own_changed && line == first_line => &mut self.counts.updated,
                Effect::Same => &mut self.counts.unchanged,
            };
            *count = count.saturating_add(1);
        }
        self.changes.extend(match before {
            None => Some(Change::create(after)),
            Some(before) => Change::between(before, after, now),
        });
        Ok(())
    }

    /// Merges one line into its product.
    fn take_variant(
        &mut self,
        imported: ImportedVariant,
        product: &mut Product,
        claims: &Claims,
    ) -> Result<Result<Effect, (RefusalCode, String)>, TextError> {
        let sku = match self.sku_of(&imported, product, claims)? {
            Ok(sku) => sku,
            Err(refused) => return Ok(Err(refused)),
        };
        let at = product.variants.iter().position(|variant| variant.sku == sku);
        if at.is_none() && product.variants.len() >= VARIANTS_MAX {
            let detail = format!("A product may have at most {VARIANTS_MAX} variants.");
            return Ok(Err((RefusalCode::TooManyVariants, detail)));
        }
        let old = at.and_then(|at| product.variants.get(at)).cloned();
        // A barcode that the variant has already stays, whatever is wrong with it.
        if let Cell::Value(barcode) = &imported.barcode
            && old.as_ref().is_none_or(|old| old.barcode.as_ref() != Some(barcode))
        {
            if let Err(error) = barcode.check() {
                return Ok(Err((RefusalCode::InvalidField, format!("The barcode {barcode} {error}."))));
            }
            if let Some(owner) = self.other_owner(barcode, &sku, product, claims) {
                return Ok(Err((
                    RefusalCode::BarcodeTaken,
                    format!("The barcode belongs to the SKU {owner}."),
                )));
            }
        }
        let Some(variant) = variant_over(imported, sku.clone(), old.as_ref(), product) else {
            return Ok(Err((RefusalCode::MissingPrice, "A new variant needs a Variant Price.".to_owned())));
        };
        if let Some(barcode) = &variant.barcode {
            self.taken.barcodes.insert(barcode.key(), sku.clone());
        }
        self.taken.assigned.insert(if old.is_some() { sku.to_string() } else { new_mark(&sku) });
        let effect = match &old {
            None => Effect::New,
            Some(old) if *old == variant => Effect::Same,
            Some(_) => Effect::Changed,
        };
        match at.and_then(|at| product.variants.get_mut(at)) {
            Some(place) => *place = variant,
            None => product.variants.push(variant),
        }
        Ok(Ok(effect))
    }

    /// The line's SKU: its own, that of the variant with the same options, or a generated one.
    fn sku_of(
        &self,
        imported: &ImportedVariant,
        product: &Product,
        claims: &Claims,
    ) -> Result<Result<Sku, (RefusalCode, String)>, TextError> {
        let foreign = |sku: &Sku| claims.skus.get(sku).is_some_and(|(_, owner)| *owner != product.id);
        let taken = &self.taken.assigned;
        let assigned = |sku: &Sku| taken.contains(sku.as_str()) || taken.contains(&new_mark(sku));
        if let Some(sku) = &imported.sku {
            // As it was first written, however the file writes it.
            let foreign = foreign(sku);
            let sku = claims.skus.get(sku).map_or(sku, |(spelled, _)| spelled);
            return Ok(if foreign {
                Err((RefusalCode::SkuTaken, format!("The SKU {sku} belongs to another product.")))
            } else if assigned(sku) {
                Err((RefusalCode::DuplicateSku, format!("An earlier line has the SKU {sku}.")))
            } else {
                Ok(sku.clone())
            });
        }
        let none = Options::default();
        let options = imported.options.as_ref().unwrap_or(&none);
        let available = |sku: &Sku| !assigned(sku) && !self.taken.given.contains(&sku.key());
        let same_options = product.variants.iter().filter(|variant| variant.options == *options);
        if let Some(known) = same_options.map(|variant| &variant.sku).find(|sku| available(sku)) {
            return Ok(Ok(known.clone()));
        }
        let spelled = |sku: Sku| claims.skus.get(&sku).map_or(sku.clone(), |(spelled, _)| spelled.clone());
        let own = imported.candidates(&product.handle)?.into_iter().filter(|sku| !foreign(sku));
        let made = own.map(spelled).find(available);
        let twice =
            || (RefusalCode::DuplicateSku, "An earlier line of the product has the same options.".to_owned());
        Ok(made.ok_or_else(twice))
    }

    /// The other SKU that has a barcode and keeps it.
    fn other_owner(&self, barcode: &Barcode, sku: &Sku, product: &Product, claims: &Claims) -> Option<Sku> {
        let key = barcode.key();
        if let Some(owner) = self.taken.barcodes.get(&key).filter(|owner| *owner != sku) {
            return Some(owner.clone());
        }
        // Within the product the merged variants count, elsewhere the stored ones.
        let same = |other: &Barcode| other.key() == key;
        let inside = product.variants.iter().find(|v| v.barcode.as_ref().is_some_and(same) && v.sku != *sku);
        let outside =
            claims.barcodes.get(barcode).filter(|(_, owner)| *owner != product.id).map(|(sku, _)| sku);
        inside.map(|variant| &variant.sku).or(outside).cloned()
    }
}

/// What a line with a new SKU takes: every spelling of it. A SKU that exists is taken as it is written, so that two older
/// ones that differ only in case stay two.
fn new_mark(sku: &Sku) -> String {
    format!("new {}", sku.key())
}

/// Variants that had the product's old name get its new name.
fn rename_variants(after: &mut Product, before: &Product) {
    for variant in &mut after.variants {
        if variant.name == default_variant_name(&before.name, &variant.options) {
            variant.name = default_variant_name(&after.name, &variant.options);
        }
    }
}

/// The variant after its line; none when it is new and has no price.
fn variant_over(
    imported: ImportedVariant,
    sku: Sku,
    old: Option<&Variant>,
    product: &Product,
) -> Option<Variant> {
    let options = imported.options.or_else(|| old.map(|old| old.options.clone())).unwrap_or_default();
    let default_name = default_variant_name(&product.name, &options);
    let chosen = old.filter(|old| old.name != default_variant_name(&product.name, &old.options));
    let name = imported.name.or_else(|| chosen.map(|old| old.name.clone())).unwrap_or(default_name);
    Some(Variant {
        sku,
        name,
        barcode: imported.barcode.over(old.and_then(|old| old.barcode.clone())),
        options,
        kind: imported.kind.or_else(|| old.map(|old| old.kind)).unwrap_or(contracts::terms::LineKind::Goods),
        price: imported.price.or_else(|| old.map(|old| old.price))?,
        cost: imported.cost.over(old.and_then(|old| old.cost)),
        wholesale: imported.wholesale.over(old.and_then(|old| old.wholesale.clone())),
    })
}

#[cfg(test)]
mod tests;
