//! `PUT /products/{id}`. One query, one more when new names are to be checked, and one batch when anything
//! differs.

use kernel::ids::ProductId;
use web::{Context, Grant, Json, Path, Problem, Tagged};

use super::problem;
use super::product_body::ProductBody;
use crate::adapters::store::SqlProducts;
use crate::adapters::wire::ProductJson;
use crate::application::replace_product::replace_product;

/// Answers 200 with the product and its version as `ETag`, 404, 409 as `POST /products`, 412
/// `PRECONDITION_FAILED` when `If-Match` names another version, 422.
pub(super) async fn handle(
    context: Context,
    Path(id): Path<ProductId>,
    Json(body): Json<ProductBody>,
) -> Result<Tagged<ProductJson>, Problem> {
    let draft = body.into_replacement(context.currency())?;
    let products = SqlProducts::new(&context);
    let product =
        replace_product(&products, id, &draft, context.if_match(), context.now()).await.map_err(problem)?;
    Ok(Tagged(product.version, ProductJson::new(product, context.caller.may(grants::COST_READ))))
}
