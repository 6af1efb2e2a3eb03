//! `POST /products/import`: Shopify's product CSV, up to 16 MiB and 100,000 lines. One query and at most one
//! batch per 200 products; one more batch when the request has an `Idempotency-Key`.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use web::{Answer, Context, CsvBody, FieldError, Present, Problem, Query, Reply, Route};

use super::grants;
use crate::adapters::store::Store;
use crate::application::import_products::import_products;
use crate::domain::encoding::Encoding;
use crate::domain::import::{ImportReport, RefusalCode};
use crate::domain::shopify::read_file;

pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::post("/products/import", grants::CATALOGUE_WRITE, "Merge a Shopify product CSV into the catalogue.", handle).audited()
            .details(
                "The counts are lines of the file. `refused` lists the first 5,000 refused lines, each with a code and \
                 a sentence. A refused line does not affect others, except that a product is refused with its first \
                 line. The same file can be sent again at any time. With `?preview=true` the answer is the same and nothing \
                 changes. The columns are Shopify's, of today or from before, separated by commas, semicolons or tabs, in \
                 UTF-8, UTF-16 or Windows-1252; the report says how the file was read. What is not published becomes a \
                 draft.",
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
    encoding: Encoding,
    /// What separates the cells: a comma, a semicolon or a tab.
    separator: char,
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
            encoding: report.encoding,
            separator: report.separator,
            refused_not_listed: (not_listed > 0).then_some(not_listed),
        }
    }
}

const REPORT: Present<ImportReport> = Present::new(|report| Reply(ImportJson::new(report)).into_response());

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct ImportProducts {
    /// Whether only to report what the file would do.
    preview: Option<Flag>,
}

#[derive(Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
#[schemars(inline)]
enum Flag {
    True,
    False,
}

async fn handle(
    context: Context,
    Query(query): Query<ImportProducts>,
    CsvBody(body): CsvBody,
) -> Result<Reply<ImportJson>, Problem> {
    let preview = query.preview == Some(Flag::True);
    let file = read_file(&body, context.currency())
        .map_err(|error| Problem::validation(vec![FieldError::new("", format!("The file {error}"))]))?;
    let store = Store::answering(&context, REPORT);
    let report = import_products(&store, file, preview, context.now(), || Ok(context.new_id()?)).await?;
    Ok(Reply(ImportJson::new(&report)))
}
