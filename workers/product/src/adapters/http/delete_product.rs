//! `DELETE /products/{id}`. One query and one batch.

use http::StatusCode;
use kernel::ids::ProductId;
use web::{Context, Path, Problem};

use super::problem;
use crate::adapters::store::SqlProducts;
use crate::application::delete_product::delete_product;

/// Answers 204, 404, 412 `PRECONDITION_FAILED` when `If-Match` names another version.
pub(super) async fn handle(context: Context, Path(id): Path<ProductId>) -> Result<StatusCode, Problem> {
    let deleted = delete_product(&SqlProducts::new(&context), id, context.if_match(), context.now()).await;
    deleted.map(|()| StatusCode::NO_CONTENT).map_err(problem)
}
