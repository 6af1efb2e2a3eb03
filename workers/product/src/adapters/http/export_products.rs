//! `GET /products/export?cursor=`: the catalogue as Shopify's CSV. One query per 200 products.

use http::Response;
use kernel::Cursor;
use serde::Deserialize;
use web::{Context, Problem, Query};

use super::numeric;
use crate::adapters::store::SqlProducts;
use crate::application::export_products::export_products;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Parameters {
    cursor: Option<Cursor>,
}

/// Answers 200 with a document of at most about 12 MiB, which an import takes and which changes nothing then.
/// When there is more, `X-Next-Cursor` is the `cursor` of the next document.
pub(super) async fn handle(
    context: Context,
    Query(parameters): Query<Parameters>,
) -> Result<Response<String>, Problem> {
    let after = numeric(parameters.cursor.as_ref())?.unwrap_or_default();
    let export = export_products(&SqlProducts::new(&context), after).await?;
    let mut response = Response::builder()
        .header("content-type", "text/csv; charset=utf-8")
        .header("content-disposition", "attachment; filename=\"products.csv\"");
    if let Some(next) = export.next {
        let cursor = serde_json::to_value(Cursor::after(next.to_string())).map_err(Problem::internal)?;
        response = response.header("x-next-cursor", cursor.as_str().unwrap_or_default());
    }
    response.body(export.csv).map_err(Problem::internal)
}
