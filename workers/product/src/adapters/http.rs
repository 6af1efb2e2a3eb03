//! The route table; one file per use case.

mod create_category;
mod create_product;
mod delete_product;
mod export_products;
mod find_product;
mod import_products;
mod list_categories;
mod list_prices;
mod list_products;
mod product_body;
mod reconcile;
mod replace_product;
mod resolve_variants;
mod set_prices;

use web::{Context, FieldError, Grant, Problem, ProblemCode, Routes};

use crate::application::ChangeError;
use crate::domain::draft::Taken;
use crate::domain::product::{Product, Status};

/// Every route of the service.
#[must_use]
pub fn routes() -> Routes<P> {
    Routes::new()
        .get("/products", grants::CATALOGUE_READ, list_products::handle)
        .post("/products", grants::CATALOGUE_WRITE, create_product::handle)
        .get("/products/{id}", grants::CATALOGUE_READ, find_product::by_id)
        .put("/products/{id}", grants::CATALOGUE_WRITE, replace_product::handle)
        .delete("/products/{id}", grants::CATALOGUE_WRITE, delete_product::handle)
        .get("/products/sku/{sku}", grants::CATALOGUE_READ, find_product::by_sku)
        .get("/products/barcode/{barcode}", grants::CATALOGUE_READ, find_product::by_barcode)
        .get("/products/sku/{sku}/prices", grants::COST_READ, list_prices::handle)
        .put("/products/sku/{sku}/prices", grants::CATALOGUE_WRITE, set_prices::handle)
        .post("/products/import", grants::CATALOGUE_WRITE, import_products::handle)
        .get("/products/export", grants::COST_READ, export_products::handle)
        .get("/categories", grants::CATALOGUE_READ, list_categories::handle)
        .post("/categories", grants::CATALOGUE_WRITE, create_category::handle)
        .post("/internal/variants/resolve", Grant::INTERNAL, resolve_variants::handle)
        .get("/internal/reconciliation", Grant::INTERNAL, reconcile::handle)
}

/// Staff sees every product; whoever buys sees those that are sold.
fn sees_all(context: &Context) -> bool {
    context.caller.may(grants::INVENTORY_READ)
}

/// 404 for a product that is not there, or not for this caller.
fn visible(context: &Context, product: Option<Product>) -> Result<Product, Problem> {
    product
        .filter(|product| product.status == Status::Active || sees_all(context))
        .ok_or_else(|| Problem::not_found("product"))
}

/// How a change that was not made looks to the client.
fn problem(error: ChangeError) -> Problem {
    let taken = |code, detail: String, pointer: String, what: &str| {
        Problem::new(409, code, detail).with_errors(vec![FieldError::new(pointer, what)])
    };
    match error {
        ChangeError::NotFound => Problem::not_found("product"),
        ChangeError::Stale => {
            let detail =
                "The product has changed since you read it. Read it again, and send your change on top.";
            Problem::new(ProblemCode::PreconditionFailed, detail)
                .with_errors(vec![FieldError::new("If-Match", "names another version than the current one")])
        }
        ChangeError::Taken(Taken::Handle) => {
            let detail = "Another product has this handle, maybe a deleted one.".to_owned();
            taken("HANDLE_TAKEN", detail, "/handle".to_owned(), "is another product's")
        }
        ChangeError::Taken(Taken::Sku(sku, at)) => {
            let detail = format!(
                "The SKU {sku} is another product's. A SKU is never given away, not even after deletion."
            );
            taken("SKU_TAKEN", detail, format!("/variants/{at}/sku"), "is another product's")
        }
        ChangeError::Taken(Taken::Barcode(barcode, at)) => {
            let detail = format!("The barcode {barcode} is another product's.");
            taken("BARCODE_TAKEN", detail, format!("/variants/{at}/barcode"), "is another product's")
        }
        ChangeError::Contended => {
            Problem::state_conflict("Others are changing this at the same time. Try again.").retry_after(1)
        }
        ChangeError::Failure(failure) => failure.into(),
    }
}

/// The numeric key of a cursor.
fn numeric(cursor: Option<&kernel::Cursor>) -> Result<Option<i64>, Problem> {
    let key = |cursor: &kernel::Cursor| {
        let key = cursor.key().parse().ok().filter(|key| (0..=kernel::money::MINOR_MAX).contains(key));
        key.ok_or_else(|| Problem::field("cursor", "must be the nextCursor of an earlier answer"))
    };
    cursor.map(key).transpose()
}
