//! `POST /products`. One query and one batch.

use web::{Context, Created, Json, Problem, ProblemCode, Route};

use super::product_body::ProductBody;
use super::product_json::{CREATED, ProductJson};
use super::{grants, problem};
use crate::adapters::store::Store;
use crate::application::create_product::create_product;

pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::post("/products", grants::CATALOGUE_WRITE, "Add a product with its variants.", handle).audited()
            .details(
                "A SKU that is left out is made from the handle. A SKU is never reused, not even after its product was \
                 deleted. Fields that the service sets (`id`, `version`, times) are refused.",
            )
            .problems(&[
                ProblemCode::SkuTaken,
                ProblemCode::BarcodeTaken,
                ProblemCode::HandleTaken,
                ProblemCode::StateConflict,
            ]),
    ]
}

async fn handle(context: Context, Json(body): Json<ProductBody>) -> Result<Created<ProductJson>, Problem> {
    let draft = body.into_new(context.currency())?;
    let store = Store::answering(&context, CREATED);
    let product = create_product(&store, draft, context.new_id()?, context.now()).await.map_err(problem)?;
    Ok(Created(ProductJson::new(&context, product)))
}
