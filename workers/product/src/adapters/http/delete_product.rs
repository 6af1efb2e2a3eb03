//! `DELETE /products/{id}`. One query and one batch.

use kernel::ids::ProductId;
use web::{Answer, Context, NoContent, Path, Present, Problem, ProblemCode, Route};

use super::{grants, problem};
use crate::adapters::store::Store;
use crate::application::delete_product::delete_product;
use crate::domain::product::Product;

pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::delete(
            "/products/{id}",
            grants::CATALOGUE_WRITE,
            "Delete a product from the catalogue.",
            handle,
        )
        .audited()
        .details("Its SKUs are not reused: sold items can still be returned.")
        .problems(&[ProblemCode::StateConflict, ProblemCode::PreconditionFailed]),
    ]
}

const DELETED: Present<Product> = Present::new(|_| NoContent.into_response());

async fn handle(context: Context, Path(id): Path<ProductId>) -> Result<NoContent, Problem> {
    let store = Store::answering(&context, DELETED);
    delete_product(&store, id, context.if_match(), context.now()).await.map_err(problem)?;
    Ok(NoContent)
}
