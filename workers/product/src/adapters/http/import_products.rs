//! `POST /products/import`: Shopify's product CSV, up to 16 MiB and 100,000 lines. One query and at most one
//! batch per 200 products; one more batch when the request has an `Idempotency-Key`.

use http::HeaderMap;
use web::{Context, FieldError, Problem, ProblemCode, RawBody, Reply};

use crate::adapters::store::SqlProducts;
use crate::adapters::wire::ImportJson;
use crate::application::import_products::import_products;
use crate::domain::shopify::read_file;

/// Answers 200 with what each line did: `imported` (a new variant), `updated`, `unchanged`, which count lines,
/// and `refused` with the physical line, a code and a sentence, the first 5,000 (`refusedNotListed` counts the rest). A refused line takes nothing else with it but
/// its product, when it is the product's first line. 415 for another kind of body, 422 when the file is no
/// catalogue at all, 503 when it stopped half-way: the same file can be sent again at any time.
pub(super) async fn handle(
    context: Context,
    headers: HeaderMap,
    RawBody(body): RawBody,
) -> Result<Reply<ImportJson>, Problem> {
    let kind = headers.get("content-type").and_then(|kind| kind.to_str().ok()).unwrap_or("text/csv");
    if !kind.starts_with("text/") && !kind.starts_with("application/octet-stream") {
        return Err(Problem::new(ProblemCode::UnsupportedMediaType, "The body must be text/csv.")
            .with_errors(vec![FieldError::new("Content-Type", "must be text/csv")]));
    }
    let file = read_file(&body, context.currency())
        .map_err(|error| Problem::validation(vec![FieldError::new("", format!("The file {error}"))]))?;
    let report =
        import_products(&SqlProducts::new(&context), file, context.now(), || context.new_id()).await?;
    Ok(Reply(ImportJson::new(&report)))
}
