//! `POST /products/import`: Shopify's product CSV, up to 16 MiB and 100,000 lines. One query and at most one
//! batch per 200 products; one more batch when the request has an `Idempotency-Key`.

use schemars::JsonSchema;
use serde::Serialize;
use web::{Answer, Context, CsvBody, FieldError, Present, Problem, Reply, Route};

use super::grants;
use crate::adapters::store::Store;
use crate::application::import_products::import_products;
use crate::domain::import::{ImportReport, RefusalCode};
use crate::domain::shopify::read_file;

pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::post("/products/import", grants::CATALOGUE_WRITE, "Merge a Shopify product CSV into the catalogue.", handle).audited()
            .details(
                "The counts are lines of the file. `refused` lists the first 5,000 refused lines, each with a code and \
                 a sentence. A refused line does not affect others, except that a product is refused with its first \
                 line. The same file can be sent again at any time.",
            ),
    ]
}

/// The most refused lines that an answer lists: it must fit into the row of the idempotency key.
const REFUSED_LISTED_MAX: usize = 5_000;

/// The result of an import. The counts are lines of the file.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "ImportReport")]
pub(super) struct ImportJson {
    imported: usize,
    updated: usize,
    unchanged: usize,
    refused: Vec<RefusedLine>,
    /// Refused lines beyond those listed.
    #[serde(skip_serializing_if = "Option::is_none")]
    refused_not_listed: Option<usize>,
}

#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "RefusedImportLine")]
struct RefusedLine {
    /// Counted from 1, the header included.
    #[schemars(range(min = 1))]
    line: usize,
    code: RefusalCode,
    detail: String,
}

impl ImportJson {
    fn new(report: &ImportReport) -> Self {
        let not_listed = report.refused.len().saturating_sub(REFUSED_LISTED_MAX);
        let refused = report.refused.iter().take(REFUSED_LISTED_MAX).map(|refusal| RefusedLine {
            line: refusal.line,
            code: refusal.code,
            detail: refusal.detail.clone(),
        });
        Self {
            imported: report.counts.imported,
            updated: report.counts.updated,
            unchanged: report.counts.unchanged,
            refused: refused.collect(),
            refused_not_listed: (not_listed > 0).then_some(not_listed),
        }
    }
}

const REPORT: Present<ImportReport> = Present::new(|report| Reply(ImportJson::new(report)).into_response());

async fn handle(context: Context, CsvBody(body): CsvBody) -> Result<Reply<ImportJson>, Problem> {
    let file = read_file(&body, context.currency())
        .map_err(|error| Problem::validation(vec![FieldError::new("", format!("The file {error}"))]))?;
    let store = Store::answering(&context, REPORT);
    let report = import_products(&store, file, context.now(), || Ok(context.new_id()?)).await?;
    Ok(Reply(ImportJson::new(&report)))
}
