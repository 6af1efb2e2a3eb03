//! `GET /products/export`: the catalogue as Shopify's CSV. One query per 200 products.

use kernel::Cursor;
use schemars::JsonSchema;
use serde::Deserialize;
use web::answer::{Csv, Text};
use web::{Answer, Context, Problem, Query, Route};

use super::{grants, numeric};
use crate::adapters::store::Store;
use crate::application::export_products::export_products;

pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::get("/products/export", grants::COST_READ, "Export the catalogue as a Shopify product CSV.", handle)
            .details(
                "A document has at most about 12 MiB, and an import accepts it. When there is more, `X-Next-Cursor` is \
                 the `cursor` of the next document.",
            ),
    ]
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct ExportProducts {
    /// The `X-Next-Cursor` of the previous document.
    cursor: Option<Cursor>,
}

/// A document, and the cursor of the next one.
pub(super) struct Document(Text<Csv>);

impl Answer for Document {
    fn into_response(self) -> Result<platform::Response, Problem> {
        self.0.into_response()
    }

    #[cfg(not(target_arch = "wasm32"))]
    fn describe(operation: &mut web::describe::Operation) {
        Text::<Csv>::describe(operation);
        operation.answer_header(200, "X-Next-Cursor", "The cursor of the next document, when there is one.");
    }
}

async fn handle(context: Context, Query(query): Query<ExportProducts>) -> Result<Document, Problem> {
    let after = numeric(query.cursor.as_ref())?.unwrap_or(0);
    let export = export_products(&Store::new(&context), after).await?;
    let mut text =
        Text::new(export.csv).with("content-disposition", "attachment; filename=\"products.csv\"")?;
    if let Some(next) = export.next {
        text = text.with("x-next-cursor", &Cursor::after(next.to_string()).to_string())?;
    }
    Ok(Document(text))
}
