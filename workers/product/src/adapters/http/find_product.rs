//! `GET /products/{id}`, `/products/sku/{sku}`, `/products/barcode/{barcode}`. One query each.

use kernel::ids::ProductId;
use kernel::text::{Barcode, Sku};
use serde::Serialize;
use web::{Context, Grant, Path, Problem, Tagged};

use super::visible;
use crate::adapters::store::{SqlProducts, find_by_barcode};
use crate::adapters::wire::ProductJson;
use crate::application::ports::Products;
use crate::domain::product::Product;

/// A product, with the SKU of the variant that was asked for.
#[derive(Serialize)]
pub(super) struct FoundVariant {
    sku: Sku,
    #[serde(flatten)]
    product: ProductJson,
}

fn tagged(context: &Context, product: Product) -> Tagged<ProductJson> {
    Tagged(product.version, ProductJson::new(product, context.caller.may(grants::COST_READ)))
}

/// Answers 200 with the product and its version as `ETag`, 404.
pub(super) async fn by_id(
    context: Context,
    Path(id): Path<ProductId>,
) -> Result<Tagged<ProductJson>, Problem> {
    let product = visible(&context, SqlProducts::new(&context).find(id).await?)?;
    Ok(tagged(&context, product))
}

/// Answers 200 with the product of the variant, 404.
pub(super) async fn by_sku(context: Context, Path(sku): Path<Sku>) -> Result<Tagged<FoundVariant>, Problem> {
    let product = visible(&context, SqlProducts::new(&context).find_by_sku(&sku).await?)?;
    let Tagged(version, product) = tagged(&context, product);
    Ok(Tagged(version, FoundVariant { sku, product }))
}

/// Answers 200 with the product of the variant, 404.
pub(super) async fn by_barcode(
    context: Context,
    Path(barcode): Path<Barcode>,
) -> Result<Tagged<FoundVariant>, Problem> {
    let product = visible(&context, find_by_barcode(&context, &barcode).await?)?;
    let scanned = product.variants.iter().find(|variant| variant.barcode.as_ref() == Some(&barcode));
    let sku = scanned.map(|variant| variant.sku.clone()).ok_or_else(|| Problem::not_found("product"))?;
    let Tagged(version, product) = tagged(&context, product);
    Ok(Tagged(version, FoundVariant { sku, product }))
}
