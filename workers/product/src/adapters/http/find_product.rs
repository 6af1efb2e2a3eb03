//! A product by its id, by a SKU or by a barcode. One query each.

use kernel::ids::ProductId;
use kernel::text::{Barcode, Sku};
use schemars::JsonSchema;
use serde::Serialize;
use web::{Context, Path, Problem, Route, SharedRead, Tagged};

use super::product_json::{ProductJson, tagged};
use super::{grants, visible};
use crate::adapters::store::Store;

pub(super) fn routes() -> Vec<Route> {
    let read = grants::CATALOGUE_READ;
    vec![
        Route::get("/products/{id}", read, "Show a product.", handle),
        Route::get("/products/sku/{sku}", read, "Show the product of a SKU.", find_product_by_sku),
        Route::get(
            "/products/barcode/{barcode}",
            read,
            "Show the product of a barcode.",
            find_product_by_barcode,
        ),
    ]
}

/// A product, with the SKU of the requested variant.
#[derive(Serialize, JsonSchema)]
pub(super) struct FoundVariant {
    sku: Sku,
    #[serde(flatten)]
    product: ProductJson,
}

async fn handle(
    context: Context,
    Path(id): Path<ProductId>,
) -> Result<SharedRead<Tagged<ProductJson>>, Problem> {
    let product = visible(&context, Store::new(&context).find_product(id).await?)?;
    Ok(SharedRead(tagged(&context, product)))
}

async fn find_product_by_sku(
    context: Context,
    Path(sku): Path<Sku>,
) -> Result<SharedRead<Tagged<FoundVariant>>, Problem> {
    let product = visible(&context, Store::new(&context).find_variant(&sku).await?)?;
    let Tagged(version, product) = tagged(&context, product);
    Ok(SharedRead(Tagged(version, FoundVariant { sku, product })))
}

async fn find_product_by_barcode(
    context: Context,
    Path(barcode): Path<Barcode>,
) -> Result<SharedRead<Tagged<FoundVariant>>, Problem> {
    let product = visible(&context, Store::new(&context).find_by_barcode(&barcode).await?)?;
    let scanned = product.variants.iter().find(|variant| variant.barcode.as_ref() == Some(&barcode));
    let sku = scanned.map(|variant| variant.sku.clone()).ok_or_else(|| Problem::not_found("product"))?;
    let Tagged(version, product) = tagged(&context, product);
    Ok(SharedRead(Tagged(version, FoundVariant { sku, product })))
}
