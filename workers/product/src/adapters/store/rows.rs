//! Rows of the catalogue, read into the domain.

use contracts::catalogue::{PriceTier, WholesaleTerms};
use contracts::terms::LineKind;
use kernel::ids::ProductId;
use kernel::text::{Barcode, Code, Name, Sku};
use kernel::{Currency, Money, Quantity, Timestamp, UnitCost};
use serde::Deserialize;
use store::{DatabaseError, Rows};

use crate::domain::html::Html;
use crate::domain::options::Options;
use crate::domain::product::{Category, Product, Status, Variant};

#[derive(Deserialize)]
struct ProductRow {
    seq: i64,
    id: ProductId,
    handle: Name,
    name: Name,
    description: Option<String>,
    category: Option<Name>,
    brand: Option<Name>,
    tags: String,
    status: Status,
    tax_class: Code,
    version: i64,
    created_at: Timestamp,
    updated_at: Timestamp,
    deleted: bool,
    variants: String,
}

#[derive(Deserialize)]
struct VariantRow {
    sku: Sku,
    name: Name,
    barcode: Option<Barcode>,
    options: Options,
    kind: LineKind,
    price: i64,
    cost: Option<i64>,
    cost_millionths: i64,
    minimum: Option<i64>,
    tiers: Vec<(i64, i64)>,
}

/// Products with their position in the order of creation.
pub(super) fn products(rows: Rows, currency: Currency) -> Result<Vec<(i64, Product)>, DatabaseError> {
    rows.read::<ProductRow>()?.into_iter().map(|row| Ok((row.seq, product(row, currency)?))).collect()
}

fn product(row: ProductRow, currency: Currency) -> Result<Product, DatabaseError> {
    let variants: Vec<VariantRow> = from_json(&row.variants)?;
    Ok(Product {
        id: row.id,
        handle: row.handle,
        name: row.name,
        description: row.description.map(Html::stored),
        category: row.category.map(|name| Category::new(name).map_err(|error| shape(&error))).transpose()?,
        brand: row.brand,
        tags: from_json(&row.tags)?,
        status: row.status,
        tax_class: row.tax_class,
        version: row.version,
        created_at: row.created_at,
        updated_at: row.updated_at,
        deleted: row.deleted,
        variants: variants.into_iter().map(|row| variant(row, currency)).collect::<Result<_, _>>()?,
    })
}

fn variant(row: VariantRow, currency: Currency) -> Result<Variant, DatabaseError> {
    Ok(Variant {
        price: money(row.price, currency)?,
        cost: row.cost.map(|cost| unit_cost(cost, row.cost_millionths, currency)).transpose()?,
        wholesale: wholesale(row.minimum, row.tiers, currency)?,
        sku: row.sku,
        name: row.name,
        barcode: row.barcode,
        options: row.options,
        kind: row.kind,
    })
}

/// Reads wholesale terms from their columns; tiers are `[minimum quantity, unit price]`.
pub(super) fn wholesale(
    minimum: Option<i64>,
    tiers: Vec<(i64, i64)>,
    currency: Currency,
) -> Result<Option<WholesaleTerms>, DatabaseError> {
    let quantity = |units| Quantity::new(units).ok_or_else(|| shape(&"a quantity"));
    let Some(minimum) = minimum else { return Ok(None) };
    let tier = |(units, price)| {
        Ok(PriceTier { minimum_quantity: quantity(units)?, unit_price: money(price, currency)? })
    };
    let tiers = tiers.into_iter().map(tier).collect::<Result<_, DatabaseError>>()?;
    Ok(Some(WholesaleTerms { minimum_quantity: quantity(minimum)?, tiers }))
}

pub(super) fn money(minor: i64, currency: Currency) -> Result<Money, DatabaseError> {
    Money::from_minor(minor, currency).map_err(|error| shape(&error))
}

fn unit_cost(minor: i64, millionths: i64, currency: Currency) -> Result<UnitCost, DatabaseError> {
    UnitCost::from_parts(minor, millionths, currency).map_err(|error| shape(&error))
}

pub(super) fn from_json<T: serde::de::DeserializeOwned>(text: &str) -> Result<T, DatabaseError> {
    serde_json::from_str(text).map_err(|error| shape(&error))
}

fn shape(what: &impl std::fmt::Display) -> DatabaseError {
    DatabaseError::Shape(format!("the catalogue: {what}"))
}
