//! The routes, one file per use case.

mod create_category;
mod create_product;
mod delete_product;
mod export_products;
mod find_product;
pub(crate) mod grants;
mod import_products;
mod list_categories;
mod list_prices;
mod list_products;
mod product_body;
mod product_json;
mod replace_product;
mod resolve_variants;
mod set_prices;
mod show_catalogue_version;

use web::{Context, FieldError, Problem, ProblemCode, Route};

use crate::adapters::shown::Shown;
use crate::application::ChangeError;
use crate::domain::draft::Taken;

/// Every route of the service.
#[must_use]
pub fn routes() -> Vec<Route> {
    [
        list_products::routes(),
        create_product::routes(),
        find_product::routes(),
        replace_product::routes(),
        delete_product::routes(),
        list_prices::routes(),
        set_prices::routes(),
        import_products::routes(),
        export_products::routes(),
        list_categories::routes(),
        create_category::routes(),
        resolve_variants::routes(),
        show_catalogue_version::routes(),
    ]
    .concat()
}

/// Staff see every product, customers only those on sale.
fn sees_all(context: &Context) -> bool {
    context.caller.may(grants::INVENTORY_READ)
}

/// 404 for a product that does not exist, or that this caller may not see.
fn visible(context: &Context, product: Option<Shown>) -> Result<Shown, Problem> {
    product
        .filter(|product| product.status.is_on_sale() || sees_all(context))
        .ok_or_else(|| Problem::not_found("product"))
}

/// The problem for a change that was not made.
fn problem(error: ChangeError) -> Problem {
    let taken = |code, detail: String, pointer: String, what: &str| {
        Problem::new(code, detail).with_errors(vec![FieldError::new(pointer, what)])
    };
    match error {
        ChangeError::NotFound => Problem::not_found("product"),
        ChangeError::Stale => {
            let detail = "The product has changed since you read it. Read it again, and apply your change to that version.";
            Problem::new(ProblemCode::PreconditionFailed, detail)
                .with_errors(vec![FieldError::new("If-Match", "names another version than the current one")])
        }
        ChangeError::Taken(Taken::Handle) => {
            let detail = "Another product has this handle, maybe a deleted one.".to_owned();
            taken(ProblemCode::HandleTaken, detail, "/handle".to_owned(), "belongs to another product")
        }
        ChangeError::Taken(Taken::Sku(sku, at)) => {
            let detail = format!(
                "The SKU {sku} belongs to another product. A SKU is never reused, not even after deletion."
            );
            taken(ProblemCode::SkuTaken, detail, format!("/variants/{at}/sku"), "belongs to another product")
        }
        ChangeError::Taken(Taken::Barcode(barcode, at)) => {
            let detail = format!("The barcode {barcode} belongs to another product.");
            taken(
                ProblemCode::BarcodeTaken,
                detail,
                format!("/variants/{at}/barcode"),
                "belongs to another product",
            )
        }
        ChangeError::Taken(Taken::SkuTwice(at)) => {
            Problem::field(format!("/variants/{at}/sku"), "is a duplicate: SKUs differ in more than case")
        }
        ChangeError::Taken(Taken::BarcodeTwice(at)) => {
            Problem::field(format!("/variants/{at}/barcode"), "is a duplicate")
        }
        ChangeError::Taken(Taken::NoBarcode(at, error)) => {
            Problem::field(format!("/variants/{at}/barcode"), error.to_string())
        }
        ChangeError::Contended => {
            Problem::state_conflict("Other requests are changing this at the same time. Try again.")
                .retry_after(1)
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
