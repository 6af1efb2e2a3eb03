//! Products over SQL: how a change becomes one batch.

use std::collections::BTreeMap;

use kernel::ids::{CategoryId, ProductId};
use kernel::text::{Barcode, Name, Sku};
use kernel::{Failure, Timestamp};
use serde::Deserialize;
use serde_json::json as object;
use store::{DatabaseError, Rows, Statement, Unit, json, values};
use web::Context;

use super::{Store, rows, sql, sql_write};
use crate::application::ports::{Catalogue, Products, Saved, Shelf};
use crate::domain::change::Change;
use crate::domain::draft::{Claims, Wanted};
use crate::domain::html::Html;
use crate::domain::import::ImportReport;
use crate::domain::merge::Existing;
use crate::domain::product::{Product, Variant};

/// How many products one query of an export reads.
const SHELF_PAGE: i64 = 200;

impl<T: Sync> Store<'_, T> {
    async fn first(&self, statement: Statement) -> Result<Option<Product>, Failure> {
        let found = rows::products(self.context.query(statement).await?, self.context.currency())?;
        Ok(found.into_iter().next().map(|(_, product)| product))
    }

    /// Changes, their events and the answer as one batch; none when there is nothing to keep.
    async fn write(&self, changes: &[Change], outcome: Option<&T>) -> Result<Saved, Failure> {
        let context = self.context;
        let mut unit = context.unit();
        if !changes.is_empty() {
            push_changes(&mut unit, changes, context)?;
        }
        for change in changes {
            for event in change.events() {
                context.publish(&mut unit, &event, change.after.id)?;
            }
        }
        if let Some(outcome) = outcome {
            self.keep(&mut unit, outcome)?;
        }
        if unit.is_empty() && context.idempotency_key().is_none() {
            return Ok(Saved::Done);
        }
        match context.commit(unit).await {
            Ok(_) => Ok(Saved::Done),
            Err(error) => match error.rule() {
                Some("products_version" | "products.handle" | "variants_sku" | "variants.barcode") => {
                    Ok(Saved::Raced)
                }
                _ => Err(error.into()),
            },
        }
    }
}

/// The statements of some changes. Order matters: what becomes free comes before what takes it, variants
/// come after their product, and the words of the index after both.
fn push_changes(unit: &mut Unit, changes: &[Change], context: &Context) -> Result<(), Failure> {
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
    let ids: Vec<_> = changes.iter().map(|change| change.after.id).collect();
    unit.push(sql_write::UNINDEX_PRODUCTS.bind([json(&ids)]));
    if !written.is_empty() {
        let words = |product: &Product| product.description.as_ref().map(Html::words);
        let words: Vec<_> = written.iter().map(|change| (change.after.id, words(&change.after))).collect();
        unit.push(sql_write::INDEX_PRODUCTS.bind([json(&words)]));
    }
    Ok(())
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

/// A list or map that a row keeps as JSON.
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
        "status": product.status,
        "taxClass": product.tax_class,
        "version": product.version,
        "createdAt": product.created_at,
        "updatedAt": product.updated_at,
    }))
}

fn variant_row(product: ProductId, position: usize, variant: &Variant) -> Result<serde_json::Value, Failure> {
    Ok(object!({
        "sku": variant.sku,
        "productId": product,
        "position": position,
        "name": variant.name,
        "barcode": variant.barcode,
        // As text: an object of this JSON library would lose the order of the options.
        "options": text(&variant.options)?,
        "kind": variant.kind,
        "price": variant.price.minor(),
        "cost": variant.cost.map(kernel::Money::minor),
        "minimum": variant.wholesale.as_ref().map(|terms| terms.minimum_quantity),
    }))
}

fn tier_rows(variant: &Variant) -> impl Iterator<Item = (&Sku, i64, i64)> {
    let tiers = variant.wholesale.iter().flat_map(|terms| &terms.tiers);
    tiers.map(|tier| (&variant.sku, tier.minimum_quantity.units(), tier.unit_price.minor()))
}

#[derive(Deserialize)]
struct OwnerRow<T> {
    name: T,
    product_id: ProductId,
}

#[derive(Deserialize)]
struct BarcodeRow {
    name: Barcode,
    sku: Sku,
    product_id: ProductId,
}

/// The statements that answer who has some names, and what they answer.
fn claim_statements(wanted: &Wanted) -> [Statement; 3] {
    [
        sql::LIST_HANDLE_OWNERS.bind([json(&wanted.handles)]),
        sql::LIST_SKU_OWNERS.bind([json(&wanted.skus)]),
        sql::LIST_BARCODE_OWNERS.bind([json(&wanted.barcodes)]),
    ]
}

fn read_claims(handles: Rows, skus: Rows, barcodes: Rows) -> Result<Claims, DatabaseError> {
    let barcodes = barcodes.read::<BarcodeRow>()?;
    Ok(Claims {
        handles: handles
            .read::<OwnerRow<Name>>()?
            .into_iter()
            .map(|row| (row.name, row.product_id))
            .collect(),
        skus: skus.read::<OwnerRow<Sku>>()?.into_iter().map(|row| (row.name, row.product_id)).collect(),
        barcodes: barcodes.into_iter().map(|row| (row.name, (row.sku, row.product_id))).collect(),
    })
}

impl<T: Sync> Store<'_, T> {
    /// A product that is not deleted.
    pub(crate) async fn find_product(&self, id: ProductId) -> Result<Option<Product>, Failure> {
        self.first(sql::FIND_PRODUCT.bind(values![id])).await
    }

    /// The product of a variant; neither is deleted.
    pub(crate) async fn find_variant(&self, sku: &Sku) -> Result<Option<Product>, Failure> {
        self.first(sql::FIND_BY_SKU.bind(values![sku])).await
    }
}

impl Products for Store<'_, Product> {
    async fn find(&self, id: ProductId) -> Result<Option<Product>, Failure> {
        self.find_product(id).await
    }

    async fn find_by_sku(&self, sku: &Sku) -> Result<Option<Product>, Failure> {
        self.find_variant(sku).await
    }

    async fn claims(&self, wanted: &Wanted) -> Result<Claims, Failure> {
        let [handles, skus, barcodes] = self.context.query_all(claim_statements(wanted)).await?;
        Ok(read_claims(handles, skus, barcodes)?)
    }

    async fn create(&self, product: &Product) -> Result<Saved, Failure> {
        self.write(&[Change::create(product.clone())], Some(product)).await
    }

    async fn replace(&self, product: &Product, change: Option<&Change>) -> Result<Saved, Failure> {
        let changes: Vec<Change> = change.into_iter().cloned().collect();
        self.write(&changes, Some(product)).await
    }

    async fn delete(&self, change: &Change) -> Result<Saved, Failure> {
        self.write(std::slice::from_ref(change), Some(&change.after)).await
    }
}

impl Catalogue for Store<'_, ImportReport> {
    async fn existing(&self, wanted: &Wanted) -> Result<Existing, Failure> {
        let [handles, skus, barcodes] = claim_statements(wanted);
        let products = sql::LIST_BY_HANDLES.bind([json(&wanted.handles)]);
        let [handles, skus, barcodes, products] =
            self.context.query_all([handles, skus, barcodes, products]).await?;
        let products = rows::products(products, self.context.currency())?;
        Ok(Existing {
            products: products.into_iter().map(|(_, product)| (product.handle.clone(), product)).collect(),
            claims: read_claims(handles, skus, barcodes)?,
        })
    }

    async fn save(&self, changes: &[Change]) -> Result<Saved, Failure> {
        self.write(changes, None).await
    }

    async fn remember(&self, report: &ImportReport) -> Result<(), Failure> {
        self.write(&[], Some(report)).await.map(|_| ())
    }
}

impl Shelf for Store<'_> {
    async fn page(&self, after: i64) -> Result<Vec<(i64, Product)>, Failure> {
        let rows = self.context.query(sql::LIST_PRODUCTS.bind(values![after, SHELF_PAGE])).await?;
        Ok(rows::products(rows, self.context.currency())?)
    }
}
