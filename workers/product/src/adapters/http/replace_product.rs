//! `PUT /products/{id}`. One query, one more when new names have to be checked, and one batch when anything differs.

use kernel::ids::ProductId;
use web::{Context, Json, Path, Problem, ProblemCode, Route, Tagged};

use super::product_body::ProductBody;
use super::product_json::{CHANGED, ProductJson, tagged};
use super::{grants, problem};
use crate::adapters::store::Store;
use crate::application::replace_product::replace_product;

pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::put(
            "/products/{id}",
            grants::CATALOGUE_WRITE,
            "Replace a product with all its variants.",
            handle,
        ).audited()
        .details(
            "A product can be read, changed and sent back: fields that the service sets are ignored. A missing variant \
             is deleted from the catalogue, and its SKU is not reused. `If-Match` refuses a stale change.",
        )
        .problems(&[
            ProblemCode::SkuTaken,
            ProblemCode::BarcodeTaken,
            ProblemCode::HandleTaken,
            ProblemCode::StateConflict,
            ProblemCode::PreconditionFailed,
        ]),
    ]
}

async fn handle(
    context: Context,
    Path(id): Path<ProductId>,
    Json(body): Json<ProductBody>,
) -> Result<Tagged<ProductJson>, Problem> {
    let draft = body.into_replacement(context.currency())?;
    let store = Store::answering(&context, CHANGED);
    let product =
        replace_product(&store, id, &draft, context.if_match(), context.now()).await.map_err(problem)?;
    Ok(tagged(&context, product))
}
