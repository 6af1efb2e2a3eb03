//! A product by its id, by a SKU or by a barcode. One query each.

use kernel::ids::ProductId;
use kernel::text::{Barcode, Sku};
use schemars::JsonSchema;
use web::{Context, Path, Problem, Route, SharedRead, Written};

use super::product_json::ProductJson;
use super::{grants, visible};
use crate::adapters::shown::{self, Shown};

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
#[derive(JsonSchema)]
#[expect(dead_code, reason = "the database writes it: this is its shape")]
pub(super) struct FoundVariant {
    sku: Sku,
    #[serde(flatten)]
    product: ProductJson,
}

type Found<T> = Result<SharedRead<Written<T>>, Problem>;

async fn handle(context: Context, Path(id): Path<ProductId>) -> Found<ProductJson> {
    answer(&context, shown::product(&context, id).await?)
}

async fn find_product_by_sku(context: Context, Path(sku): Path<Sku>) -> Found<FoundVariant> {
    answer(&context, shown::by_sku(&context, &sku).await?)
}

async fn find_product_by_barcode(context: Context, Path(barcode): Path<Barcode>) -> Found<FoundVariant> {
    answer(&context, shown::by_barcode(&context, &barcode).await?)
}

fn answer<T>(context: &Context, found: Option<Shown>) -> Found<T> {
    let Shown { version, json, .. } = visible(context, found)?;
    Ok(SharedRead(Written::tagged(version, json)))
}
