//! `POST /products`. One query and one batch.

use web::{Context, Created, Grant, Json, Problem};

use super::problem;
use super::product_body::ProductBody;
use crate::adapters::store::SqlProducts;
use crate::adapters::wire::ProductJson;
use crate::application::create_product::create_product;

/// Answers 201 with the product, 409 `SKU_TAKEN`, `BARCODE_TAKEN` or `HANDLE_TAKEN` with the pointer, 422 with
/// each field that is wrong.
pub(super) async fn handle(
    context: Context,
    Json(body): Json<ProductBody>,
) -> Result<Created<ProductJson>, Problem> {
    let draft = body.into_new(context.currency())?;
    let product = create_product(&SqlProducts::new(&context), draft, context.new_id(), context.now()).await;
    let costs = context.caller.may(grants::COST_READ);
    product.map(|product| Created(ProductJson::new(product, costs))).map_err(problem)
}
