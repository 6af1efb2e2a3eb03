//! A product by its id, by a SKU or by a barcode. One query each.

use kernel::ids::ProductId;
use kernel::text::{Barcode, Name, Sku};
use schemars::JsonSchema;
use web::{Context, Path, Problem, ProblemCode, Route, SharedRead, Written};

use super::product_json::ProductJson;
use super::{grants, visible};
use crate::adapters::shown::{self, Shown};
use crate::domain::product::Status;

pub(super) fn routes() -> Vec<Route> {
    let read = grants::CATALOGUE_READ;
    vec![
        Route::get("/products/{id}", read, "Show a product.", handle),
        Route::get(
            "/products/handle/{handle}",
            read,
            "Show the product of a handle.",
            find_product_by_handle,
        )
        .details("410 for one that shoppers could see once: it was archived or deleted.")
        .problems(&[ProblemCode::Gone]),
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

async fn find_product_by_handle(context: Context, Path(handle): Path<Name>) -> Found<ProductJson> {
    let found = shown::by_handle(&context, &handle).await?;
    if found.as_ref().is_some_and(|product| product.status == Status::Archived) {
        return Err(Problem::new(ProblemCode::Gone, "The product is no longer sold."));
    }
    answer(&context, found)
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
