//! How changes of products become statements: the same few statements for one product and for a chunk of a file.

use std::collections::BTreeMap;

use kernel::ids::{CategoryId, ProductId};
use kernel::text::{Barcode, Name, Sku};
use kernel::{Failure, Timestamp};
use serde_json::json as object;
use store::{Unit, json, values};
use web::Context;

use super::sql_write;
use crate::domain::change::Change;
use crate::domain::html::Html;
use crate::domain::product::{Product, Variant};
use crate::domain::search::Texts;

/// The statements of some changes. Their order matters: names are freed before they are taken, variants come after
/// their product, and the words of the index after both.
pub(super) fn push_changes(unit: &mut Unit, changes: &[Change], context: &Context) -> Result<(), Failure> {
    let now = context.now();
    let (deleted, written): (Vec<&Change>, Vec<&Change>) =
        changes.iter().partition(|change| change.after.deleted);
    let categories: BTreeMap<&str, &Name> = written
        .iter()
        .filter_map(|c| c.after.category.as_ref())
        .map(|c| (c.slug.as_str(), &c.name))
        .collect();
    if !categories.is_empty() {
        let added: Vec<_> = categories
            .into_iter()
            .map(|(slug, name)| {
                let id: CategoryId = context.new_id()?;
                Ok(object!({ "id": id, "name": name, "slug": slug }))
            })
            .collect::<Result<_, Failure>>()?;
        unit.push(sql_write::ADD_CATEGORIES.bind(values![json(&added), now]));
    }
    if !written.is_empty() {
        let products: Vec<_> =
            written.iter().map(|change| product_row(&change.after)).collect::<Result<_, _>>()?;
        unit.push(sql_write::WRITE_PRODUCTS.bind([json(&products)]));
    }
    for change in &deleted {
        unit.push(sql_write::DELETE_PRODUCT.bind(values![change.after.id, now, change.after.version]));
    }
    push_variants(unit, changes, now)?;
    let ids: Vec<_> = changes.iter().map(|change| (change.after.id, change.after.version)).collect();
    unit.push(sql_write::UNINDEX_PRODUCTS.bind([json(&ids)]));
    push_entries(unit, written.iter().map(|change| &change.after));
    Ok(())
}

/// The most bytes of search entries in one parameter.
const ENTRIES_BYTES_MAX: usize = 800_000;

/// What search finds the products by, in as many statements as are needed.
pub(super) fn push_entries<'a>(unit: &mut Unit, products: impl Iterator<Item = &'a Product>) {
    let (mut rows, mut bytes) = (Vec::new(), 0_usize);
    for product in products {
        let entries = entries(product);
        if !rows.is_empty() && bytes.saturating_add(entries.len()) > ENTRIES_BYTES_MAX {
            unit.push(sql_write::INDEX_PRODUCTS.bind([json(&std::mem::take(&mut rows))]));
            bytes = 0;
        }
        bytes = bytes.saturating_add(entries.len());
        rows.push((product.id, product.version, entries));
    }
    if !rows.is_empty() {
        unit.push(sql_write::INDEX_PRODUCTS.bind([json(&rows)]));
    }
}

fn entries(product: &Product) -> String {
    let tags = product.tags.join(" ");
    let description = product.description.as_ref().map(Html::words).unwrap_or_default();
    let brand = product.brand.as_ref().map_or("", Name::as_str);
    Texts {
        name: product.name.as_str(),
        skus: product.variants.iter().map(|variant| &variant.sku).collect(),
        barcodes: product.variants.iter().filter_map(|variant| variant.barcode.as_ref()).collect(),
        others: [brand, &tags, &description],
    }
    .entries()
}

fn push_variants(unit: &mut Unit, changes: &[Change], now: Timestamp) -> Result<(), Failure> {
    let removed: Vec<&Sku> = changes.iter().flat_map(Change::removed_skus).collect();
    if !removed.is_empty() {
        unit.push(sql_write::DELETE_VARIANTS.bind(values![json(&removed), now]));
    }
    let freed: Vec<&Sku> = changes.iter().flat_map(Change::freed_barcodes).collect();
    if !freed.is_empty() {
        unit.push(sql_write::FREE_BARCODES.bind([json(&freed)]));
    }
    let written: Vec<(ProductId, usize, &Variant)> = changes
        .iter()
        .flat_map(|change| {
            change.written_variants().into_iter().map(|(at, variant)| (change.after.id, at, variant))
        })
        .collect();
    if written.is_empty() {
        return Ok(());
    }
    let variants: Vec<_> = written
        .iter()
        .map(|(product, at, variant)| variant_row(*product, *at, variant))
        .collect::<Result<_, _>>()?;
    let skus: Vec<&Sku> = written.iter().map(|(_, _, variant)| &variant.sku).collect();
    let tiers: Vec<(&Sku, i64, i64)> =
        written.iter().flat_map(|(_, _, variant)| tier_rows(variant)).collect();
    unit.push(sql_write::WRITE_VARIANTS.bind(values![json(&variants), now]));
    unit.push(sql_write::DELETE_TIERS.bind([json(&skus)]));
    if !tiers.is_empty() {
        unit.push(sql_write::INSERT_TIERS.bind([json(&tiers)]));
    }
    Ok(())
}

/// A list or map that a row stores as JSON.
fn text(value: &impl serde::Serialize) -> Result<String, Failure> {
    serde_json::to_string(value).map_err(|error| Failure::Defect(error.to_string()))
}

fn product_row(product: &Product) -> Result<serde_json::Value, Failure> {
    Ok(object!({
        "id": product.id,
        "handle": product.handle,
        "name": product.name,
        "description": product.description.as_ref().map(Html::as_str),
        "category": product.category.as_ref().map(|category| &category.name),
        "categorySlug": product.category.as_ref().map(|category| &category.slug),
        "brand": product.brand,
        "tags": text(&product.tags)?,
        "status": product.status.stored().0,
        "unlisted": product.status.stored().1,
        "taxClass": product.tax_class,
        "version": product.version,
        "createdAt": product.created_at,
        "updatedAt": product.updated_at,
    }))
}

fn variant_row(product: ProductId, position: usize, variant: &Variant) -> Result<serde_json::Value, Failure> {
    let cost = variant.cost.and_then(kernel::UnitCost::parts);
    Ok(object!({
        "sku": variant.sku,
        "productId": product,
        "position": position,
        "name": variant.name,
        "barcode": variant.barcode,
        "skuKey": variant.sku.key(),
        "barcodeKey": variant.barcode.as_ref().map(Barcode::key),
        // As text: an object of this JSON library would lose the order of the options.
        "options": text(&variant.options)?,
        "kind": variant.kind,
        "price": variant.price.minor(),
        "cost": cost.map(|(minor, _)| minor),
        "costMillionths": cost.map_or(0, |(_, millionths)| millionths),
        "minimum": variant.wholesale.as_ref().map(|terms| terms.minimum_quantity),
    }))
}

fn tier_rows(variant: &Variant) -> impl Iterator<Item = (&Sku, i64, i64)> {
    let tiers = variant.wholesale.iter().flat_map(|terms| &terms.tiers);
    tiers.map(|tier| (&variant.sku, tier.minimum_quantity.units(), tier.unit_price.minor()))
}
